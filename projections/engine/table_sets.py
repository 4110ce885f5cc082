"""Builds of a projection: numbered table sets beside the live one, and the switch to another.

Readers use views, which point at the live build. No projection is ever rebuilt in place, not
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
    """The build is live, or there is none of this number."""

    code = "NOT_DROPPABLE"


async def ensure(connection: Connection, projection: Projection) -> None:
    """Open a build when there is none of the code's shape."""
    async with connection.transaction():
        await lock(connection, projection)
        known = [s for s in await build_statuses(connection) if s.name == projection.name]
        if not any(standing.shape == projection.shape for standing in known):
            await open_build_locked(connection, projection)


async def open_build(connection: Connection, projection: Projection) -> int:
    """Make an empty table set beside the live one and enrol it at position 0; return its number."""
    async with connection.transaction():
        await lock(connection, projection)
        return await open_build_locked(connection, projection)


async def lock(connection: Connection, projection: Projection) -> None:
    """Be the only one to decide on a projection's builds, until the transaction ends."""
    await connection.execute(LOCK, (projection.name,))


async def open_build_locked(connection: Connection, projection: Projection) -> int:
    """Do the same in the caller's transaction, which holds the lock."""
    name = projection.name
    cursor = await connection.execute(ENROL, (name, projection.shape, name))
    [build] = await cursor.fetchone() or (1,)
    await connection.execute(projection.compose(projection.ddl, build))
    return int(build)


async def index(connection: Connection, projection: Projection, build: int) -> None:
    """Make the indexes that are cheaper made once the tables are filled, if none is there yet."""
    for table in projection.tables_of(build).values():
        cursor = await connection.execute(INDEXED, (table.as_string(connection),))
        if await cursor.fetchone() is not None:
            return
    if projection.indexes:
        await connection.execute(projection.compose(projection.indexes, build))


@asynccontextmanager
async def switch(connection: Connection, projection: Projection, build: int) -> AsyncIterator[int]:
    """Show a build to readers and mark it live, all at the end of the block or not at all.

    Gives the position the live build has: the block brings the new one up to it, while
    neither can be moved by anyone else. Raises ``LockNotAvailable`` when readers hold a view for
    longer than they may be kept waiting: try again.
    """
    async with connection.transaction():
        await connection.execute(PATIENCE)
        await _point(connection, projection, build)
        held = await connection.execute(HOLD, (projection.name, build))
        yield max(position for (position,) in await held.fetchall())
        await connection.execute(UNMARK, (projection.name,))
        await connection.execute(MARK, (projection.name, build))


async def drop_build(connection: Connection, projection: Projection, build: int) -> None:
    """Drop a table set that readers are not shown; its number is not given out again.

    Raises ``NotDroppable``, and ``LockNotAvailable`` when somebody holds the tables for long.
    """
    async with connection.transaction():
        await connection.execute(DROP_PATIENCE)
        await _drop(connection, projection, build)


async def _drop(connection: Connection, projection: Projection, build: int) -> None:
    """Take the tables before the row, as whoever fills them does."""
    await lock(connection, projection)
    tables = projection.tables_of(build).values()
    for table in tables:
        if await columns(connection, table):
            await connection.execute(SQL("LOCK TABLE {}").format(table))
    dropped = await connection.execute(DROP, (projection.name, build))
    if not dropped.rowcount:
        raise NotDroppable(f"{projection.name} {build} is live or does not exist")
    for table in tables:
        await connection.execute(SQL("DROP TABLE IF EXISTS {}").format(table))


async def _point(connection: Connection, projection: Projection, build: int) -> None:
    """Let the views show a build; another shape needs other views."""
    for name, table in projection.tables_of(build).items():
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
