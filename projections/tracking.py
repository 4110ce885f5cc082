"""Where each generation of a projection stands: one row each, moved with what it applies."""

from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection

from projections.projection import Projection

Connection = AsyncConnection[Any]

ROW: Final[LiteralString] = """
    SELECT name, generation, shape, live, status, position, error FROM projections
"""
ALL: Final = ROW + "ORDER BY name, generation"
ONE: Final = ROW + "WHERE name = %s AND generation = %s"
MOVE: Final[LiteralString] = """
    UPDATE projections SET position = %b, moved_at = now(), error = NULL, failed_position = NULL,
        status = CASE status WHEN 'failed' THEN 'running' ELSE status END
    WHERE name = %b AND generation = %b AND position = %b RETURNING live
"""
FAIL: Final[LiteralString] = """
    UPDATE projections SET status = 'failed', error = %s, failed_position = %s
    WHERE name = %s AND generation = %s
"""
ANNOUNCE: Final[LiteralString] = "SELECT pg_notify('forge_models', %b)"


class Standing(NamedTuple):
    """One generation: ``status`` is building (not yet live), running or failed."""

    name: str
    generation: int
    shape: int
    live: bool
    status: str
    position: int
    error: str | None


async def standings(connection: Connection) -> list[Standing]:
    return [Standing(*row) for row in await (await connection.execute(ALL)).fetchall()]


async def standing(connection: Connection, projection: Projection, generation: int) -> Standing:
    """Return one generation's row; raises ``LookupError`` when it has been dropped."""
    cursor = await connection.execute(ONE, (projection.name, generation))
    if (row := await cursor.fetchone()) is None:
        raise LookupError(f"{projection.name} has no generation {generation}")
    return Standing(*row)


async def record_failure(
    connection: Connection, projection: Projection, generation: int, position: int, error: str
) -> None:
    await connection.execute(FAIL, (error[:2_000], position, projection.name, generation))
