"""Generations of a projection's tables: opened beside the live ones, then switched to at once.

Readers use views, which point at the live generation. No projection is ever rebuilt in place, not
even for the first time.
"""

from typing import Any, Final, LiteralString

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier
from psycopg.sql import Literal as Value

from projections.projection import SCHEMA, Projection
from projections.tracking import standings

Connection = AsyncConnection[Any]

LOCK: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtext('projections'), hashtext(%s))"
ENROL: Final[LiteralString] = """
    INSERT INTO projections (name, generation, shape, live, status) VALUES (%s, %s, %s, %s, %s)
"""
POSITIONS: Final[LiteralString] = """
    SELECT generation, position FROM projections
    WHERE name = %s AND (live OR generation = %s) ORDER BY generation FOR UPDATE
"""
SWITCH: Final[LiteralString] = """
    UPDATE projections SET live = (generation = %s),
        status = CASE WHEN generation = %s THEN 'running' ELSE status END
    WHERE name = %s AND (live OR generation = %s)
"""
UNMARK: Final[LiteralString] = "UPDATE projections SET live = false WHERE name = %s AND live"
COLUMNS: Final[LiteralString] = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


async def ensure(connection: Connection, projection: Projection) -> None:
    """Open a generation when there is none of the code's shape: live if it is the very first."""
    async with connection.transaction():
        await connection.execute(LOCK, (projection.name,))
        known = [s for s in await standings(connection) if s.name == projection.name]
        if not any(standing.shape == projection.shape for standing in known):
            await _open(connection, projection, live=not known)


async def open_generation(connection: Connection, projection: Projection) -> int:
    """Make an empty table set beside the live one and enrol it at position 0; return its number."""
    async with connection.transaction():
        await connection.execute(LOCK, (projection.name,))
        return await _open(connection, projection, live=False)


async def index(connection: Connection, projection: Projection, generation: int) -> None:
    """Make the indexes that are cheaper made once the tables are filled."""
    if projection.indexes:
        await connection.execute(projection.composed(projection.indexes, generation))


async def switch(connection: Connection, projection: Projection, generation: int) -> bool:
    """Make a generation the live one if it has reached the live one's position; say whether.

    Both rows are locked meanwhile, so neither moves. Raises ``LockNotAvailable`` when readers hold
    the view for longer than 200 ms: try again.
    """
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '200ms'")
        cursor = await connection.execute(POSITIONS, (projection.name, generation))
        positions = dict(await cursor.fetchall())
        if positions[generation] < max(positions.values()):
            return False
        await _point(connection, projection, generation)
        # One statement cannot move a mark that is unique; unmark first.
        await connection.execute(UNMARK, (projection.name,))
        await connection.execute(SWITCH, (generation, generation, projection.name, generation))
    return True


async def drop_generation(connection: Connection, projection: Projection, generation: int) -> None:
    """Drop a table set that is not live, and its standing."""
    async with connection.transaction():
        await connection.execute(LOCK, (projection.name,))
        dropped = await connection.execute(
            "DELETE FROM projections WHERE name = %s AND generation = %s AND NOT live",
            (projection.name, generation),
        )
        if dropped.rowcount:
            for table in projection.within(generation).values():
                await connection.execute(SQL("DROP TABLE {}").format(table))


async def _open(connection: Connection, projection: Projection, *, live: bool) -> int:
    known = [s for s in await standings(connection) if s.name == projection.name]
    generation = max((standing.generation for standing in known), default=0) + 1
    await connection.execute(projection.composed(projection.ddl, generation))
    status = "running" if live else "building"
    await connection.execute(ENROL, (projection.name, generation, projection.shape, live, status))
    if live:
        await index(connection, projection, generation)
        await _point(connection, projection, generation)
    return generation


async def _point(connection: Connection, projection: Projection, generation: int) -> None:
    """Let the views show a generation; another shape needs other views."""
    for name, table in projection.within(generation).items():
        view = Identifier(SCHEMA, name)
        columns = await _columns(connection, table)
        if await _columns(connection, view) not in ([], columns):
            await connection.execute(SQL("DROP VIEW {}").format(view))
        await connection.execute(_view(view, columns, table))


def _view(view: Identifier, columns: list[str], table: Identifier) -> Composed:
    listed = SQL(", ").join(map(Identifier, columns))
    return SQL("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {}").format(view, listed, table)


async def _columns(connection: Connection, relation: Identifier) -> list[str]:
    name = Value(relation.as_string(connection))
    exists = await connection.execute(SQL("SELECT to_regclass({})").format(name))
    if (await exists.fetchone() or (None,))[0] is None:
        return []
    cursor = await connection.execute(COLUMNS, (relation.as_string(connection),))
    return [row[0] for row in await cursor.fetchall()]
