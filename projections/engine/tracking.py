"""Tracking rows: position and status of each build, updated in the transaction of its writes."""

from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection, Error

Connection = AsyncConnection[Any]

MAX_ERROR: Final = 2_000
ROW: Final[LiteralString] = """
    SELECT name, generation, shape, live, status, position, error, failed_position, decided,
           paused, held
    FROM projections
"""
ALL: Final = ROW + "WHERE status <> 'dropped' ORDER BY name, generation"
ONE: Final = ROW + "WHERE name = %s AND generation = %s"
FAIL: Final[LiteralString] = """
    UPDATE projections SET error = %s, failed_position = %s,
        status = CASE status WHEN 'building' THEN status ELSE 'failed' END
    WHERE name = %s AND generation = %s AND decided = %s AND status <> 'dropped'
"""


class StaleCheckpoint(Exception):
    """The tracking row has changed: another runner moved it, or an operator decided."""


class BuildStatus(NamedTuple):
    """Tracking row of one build.

    ``status`` is building until it has been live once, then running; failed while it stops at an
    event it cannot apply; dropped when its tables are gone. ``error`` says why it stopped and
    ``failed_position`` where. ``decided`` counts decisions of operators: ``paused`` stops it;
    ``held`` builds it and keeps it up to date, but does not switch readers to it.
    """

    name: str
    number: int
    shape: int
    live: bool
    status: str
    position: int
    error: str | None
    failed_position: int | None
    decided: int
    paused: bool
    held: bool

    @property
    def building(self) -> bool:
        return self.status == "building"

    @property
    def dropped(self) -> bool:
        return self.status == "dropped"


async def build_statuses(connection: Connection) -> list[BuildStatus]:
    """Return all builds that have tables."""
    return [BuildStatus(*row) for row in await (await connection.execute(ALL)).fetchall()]


async def build_status(connection: Connection, name: str, number: int) -> BuildStatus:
    """Return the row of one build; raises ``LookupError`` if there is none."""
    cursor = await connection.execute(ONE, (name, number))
    if (row := await cursor.fetchone()) is None:
        raise LookupError(f"{name} has no build {number}")
    return BuildStatus(*row)


async def record_failure(
    connection: Connection, at: BuildStatus, position: int, error: str
) -> None:
    """Record where a build stopped; raises ``StaleCheckpoint`` if the row has changed."""
    parameters = (error, position, at.name, at.number, at.decided)
    if not (await connection.execute(FAIL, parameters)).rowcount:
        raise StaleCheckpoint


def describe_error(error: Exception) -> str:
    """Return an error as text that Postgres can store.

    Database errors give only their first line: the others show the row, which may be personal.
    """
    if isinstance(error, Error) and (primary := error.diag.message_primary):
        text = f"{type(error).__name__}: {primary}"
    else:
        text = repr(error)
    storable = text[:MAX_ERROR].encode("utf-8", "backslashreplace").decode()
    return storable.replace("\0", "\\0")
