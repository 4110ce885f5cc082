"""Builds of a projection: numbered table sets, opened beside the live one and switched to.

Readers use views, which point at the live build. No projection is rebuilt in place, not even the
first time.
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
# The mark is unique, and one statement cannot move it: clear it first.
UNMARK: Final[LiteralString] = "UPDATE projections SET live = false WHERE name = %s AND live"
MARK: Final[LiteralString] = """
    UPDATE projections SET live = true, held = false, status = 'running'
    WHERE name = %s AND generation = %s
    RETURNING pg_notify('forge_read_models', concat_ws(' ', "position", name))
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
"""Lock timeout of a switch: new readers of the view wait as long."""
DROP_PATIENCE: Final[LiteralString] = "SET LOCAL lock_timeout = '2s'"


class NotDroppable(Conflict):
    """The build is live, or no build has this number."""

    code = "NOT_DROPPABLE"


async def ensure(connection: Connection, projection: Projection) -> None:
    """Open a build unless there is one of this release's shape."""
    async with connection.transaction():
        await lock(connection, projection)
        known = [s for s in await build_statuses(connection) if s.name == projection.name]
        if not any(standing.shape == projection.shape for standing in known):
            await open_build_locked(connection, projection)


async def open_build(connection: Connection, projection: Projection) -> int:
    """Create an empty build at position 0; return its number."""
    async with connection.transaction():
        await lock(connection, projection)
        return await open_build_locked(connection, projection)


async def lock(connection: Connection, projection: Projection) -> None:
    """Lock decisions on a projection's builds until the transaction ends."""
    await connection.execute(LOCK, (projection.name,))


async def open_build_locked(connection: Connection, projection: Projection) -> int:
    """Create an empty build in the caller's transaction, which holds the lock."""
    name = projection.name
    cursor = await connection.execute(ENROL, (name, projection.shape, name))
    [build] = await cursor.fetchone() or (1,)
    await connection.execute(projection.compose(projection.ddl, build))
    return int(build)


async def index(connection: Connection, projection: Projection, build: int) -> None:
    """Create the secondary indexes, cheaper on filled tables, unless they exist."""
    for table in projection.tables_of(build).values():
        cursor = await connection.execute(INDEXED, (table.as_string(connection),))
        if await cursor.fetchone() is not None:
            return
    if projection.indexes:
        await connection.execute(projection.compose(projection.indexes, build))


@asynccontextmanager
async def switch(connection: Connection, projection: Projection, build: int) -> AsyncIterator[int]:
    """Point the views at a build and mark it live, committed when the block ends.

    Yields the position of the live build: the block brings the new one up to it, while no other
    session can move either. Raises ``LockNotAvailable`` when readers lock a view for longer than
    100 ms: try again.
    """
    async with connection.transaction():
        await connection.execute(PATIENCE)
        await _point(connection, projection, build)
        held = await connection.execute(HOLD, (projection.name, build))
        yield max(position for (position,) in await held.fetchall())
        await connection.execute(UNMARK, (projection.name,))
        await connection.execute(MARK, (projection.name, build))


async def drop_build(connection: Connection, projection: Projection, build: int) -> None:
    """Drop the tables of a build that is not live; its number is not used again.

    Raises ``NotDroppable``, and ``LockNotAvailable`` when the tables stay locked for 2 s.
    """
    async with connection.transaction():
        await connection.execute(DROP_PATIENCE)
        await _drop(connection, projection, build)


async def _drop(connection: Connection, projection: Projection, build: int) -> None:
    """Lock the tables before the row, in the order in which projectors lock them."""
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
    """Point the views at a build; recreate a view whose columns changed."""
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
    """Return the columns of a relation; an empty list if it does not exist."""
    cursor = await connection.execute(COLUMNS, (relation.as_string(connection),))
    return await cursor.fetchall()
