"""Generations of a projection's tables: opened beside the live ones, then switched to at once.

Readers use views, which point at the live generation. No projection is ever rebuilt in place, not
even for the first time.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeAlias

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier

from domain.refusals import Conflict
from projections.engine.projection import SCHEMA, Projection
from projections.engine.tracking import build_statuses

Connection = AsyncConnection[Any]
Column: TypeAlias = tuple[str, str]
"""Name and type."""

LOCK: Final[LiteralString] = """
    SELECT pg_advisory_xact_lock(hashtextextended('projection ' || %s, 0))
"""
ENROL: Final[LiteralString] = """
    INSERT INTO projections (name, generation, shape, live, status)
    SELECT %s, coalesce(max(generation), 0) + 1, %s, false, 'building'
    FROM projections WHERE name = %s RETURNING generation
"""
HOLD: Final[LiteralString] = """
    SELECT position FROM projections
    WHERE name = %s AND (live OR generation = %s) ORDER BY generation FOR UPDATE
"""
# One statement cannot move a mark that is unique: take it away first.
UNMARK: Final[LiteralString] = "UPDATE projections SET live = false WHERE name = %s AND live"
MARK: Final[LiteralString] = """
    UPDATE projections SET live = true, held = false, status = 'running'
    WHERE name = %s AND generation = %s
"""
DROP: Final[LiteralString] = """
    UPDATE projections SET status = 'dropped', error = NULL, failed_position = NULL,
        decided = decided + 1
    WHERE name = %s AND generation = %s AND NOT live AND status <> 'dropped'
"""
INDEXED: Final[LiteralString] = """
    SELECT FROM pg_index WHERE indrelid = %s::regclass AND NOT indisprimary LIMIT 1
"""
COLUMNS: Final[LiteralString] = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
PATIENCE: Final[LiteralString] = "SET LOCAL lock_timeout = '100ms'"
"""For the locks of a switch: whoever comes to read meanwhile waits as long."""
DROP_PATIENCE: Final[LiteralString] = "SET LOCAL lock_timeout = '2s'"


class NotDroppable(Conflict):
    """The generation is live, or there is none of this number."""

    code = "NOT_DROPPABLE"


async def ensure(connection: Connection, projection: Projection) -> None:
    """Open a generation when there is none of the code's shape."""
    async with connection.transaction():
        await lock(connection, projection)
        known = [s for s in await build_statuses(connection) if s.name == projection.name]
        if not any(standing.shape == projection.shape for standing in known):
            await opened(connection, projection)


async def open_generation(connection: Connection, projection: Projection) -> int:
    """Make an empty table set beside the live one and enrol it at position 0; return its number."""
    async with connection.transaction():
        await lock(connection, projection)
        return await opened(connection, projection)


async def lock(connection: Connection, projection: Projection) -> None:
    """Be the only one to decide on a projection's generations, until the transaction ends."""
    await connection.execute(LOCK, (projection.name,))


async def opened(connection: Connection, projection: Projection) -> int:
    """Do the same in the caller's transaction, which holds the lock."""
    name = projection.name
    cursor = await connection.execute(ENROL, (name, projection.shape, name))
    [generation] = await cursor.fetchone() or (1,)
    await connection.execute(projection.composed(projection.ddl, generation))
    return int(generation)


async def index(connection: Connection, projection: Projection, generation: int) -> None:
    """Make the indexes that are cheaper made once the tables are filled, if none is there yet."""
    for table in projection.within(generation).values():
        cursor = await connection.execute(INDEXED, (table.as_string(connection),))
        if await cursor.fetchone() is not None:
            return
    if projection.indexes:
        await connection.execute(projection.composed(projection.indexes, generation))


@asynccontextmanager
async def switching(
    connection: Connection, projection: Projection, generation: int
) -> AsyncIterator[int]:
    """Show a generation to readers and mark it live, all at the end of the block or not at all.

    Gives the position the live generation has: the block brings the new one up to it, while
    neither can be moved by anyone else. Raises ``LockNotAvailable`` when readers hold a view for
    longer than they may be kept waiting: try again.
    """
    async with connection.transaction():
        await connection.execute(PATIENCE)
        await _point(connection, projection, generation)
        held = await connection.execute(HOLD, (projection.name, generation))
        yield max(position for (position,) in await held.fetchall())
        await connection.execute(UNMARK, (projection.name,))
        await connection.execute(MARK, (projection.name, generation))


async def drop_generation(connection: Connection, projection: Projection, generation: int) -> None:
    """Drop a table set that readers are not shown; its number is not given out again.

    Raises ``NotDroppable``, and ``LockNotAvailable`` when somebody holds the tables for long.
    """
    async with connection.transaction():
        await connection.execute(DROP_PATIENCE)
        await _drop(connection, projection, generation)


async def _drop(connection: Connection, projection: Projection, generation: int) -> None:
    """Take the tables before the row, as whoever fills them does."""
    await lock(connection, projection)
    tables = projection.within(generation).values()
    for table in tables:
        if await columns(connection, table):
            await connection.execute(SQL("LOCK TABLE {}").format(table))
    dropped = await connection.execute(DROP, (projection.name, generation))
    if not dropped.rowcount:
        raise NotDroppable(f"{projection.name} {generation} is live or does not exist")
    for table in tables:
        await connection.execute(SQL("DROP TABLE IF EXISTS {}").format(table))


async def _point(connection: Connection, projection: Projection, generation: int) -> None:
    """Let the views show a generation; another shape needs other views."""
    for name, table in projection.within(generation).items():
        view = Identifier(SCHEMA, name)
        shown = await columns(connection, table)
        if await columns(connection, view) not in ([], shown):
            await connection.execute(SQL("DROP VIEW {}").format(view))
        await connection.execute(_view(view, shown, table))


def _view(view: Identifier, shown: list[Column], table: Identifier) -> Composed:
    listed = SQL(", ").join(Identifier(name) for name, _ in shown)
    return SQL("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {}").format(view, listed, table)


async def columns(connection: Connection, relation: Identifier) -> list[Column]:
    """Return the columns of a relation; none if there is no such relation."""
    cursor = await connection.execute(COLUMNS, (relation.as_string(connection),))
    return await cursor.fetchall()
