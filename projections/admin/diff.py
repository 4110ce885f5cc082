"""Comparison of two builds of a read model, row by row, at the same position.

Both are read from one snapshot of the database. If one is behind, a temporary copy of it is brought
up to the other, so no projector waits.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

import msgspec
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from application.eventstore.event_store import EventLog
from application.projection_admin.skips import skipped
from projections.admin.admin_connection import connect
from projections.admin.operations import NoSuchBuild, NotReady, Operations
from projections.admin.row_diff import TableDifference, compare_tables
from projections.engine.projection import Projection
from projections.engine.tracking import BuildStatus, build_statuses, describe_error

Connection = AsyncConnection[Any]
Tables = Mapping[str, Identifier]

MAX_EVENTS_BEHIND: Final = 20_000
"""Largest lag between the builds, in events, which are applied to the copy."""
SNAPSHOT: Final[LiteralString] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
COPY: Final[LiteralString] = """
    CREATE TEMPORARY TABLE {copy} (LIKE {table} INCLUDING ALL) ON COMMIT DROP
"""
FILL: Final[LiteralString] = "INSERT INTO {copy} SELECT * FROM {table}"


class Difference(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Differences of another build from the live one; ``note`` names the intended ones.

    ``clean`` is true when every row is the same in both.
    """

    name: str
    live: int
    other: int
    position: int
    clean: bool
    note: str
    tables: Sequence[TableDifference]


class Differences:
    def __init__(self, operations: Operations, log: EventLog, conninfo: str) -> None:
        self._operations = operations
        self._log = log
        self._conninfo = conninfo

    async def of(self, name: str) -> Difference:
        """Compare the newest other build with the live one.

        Raises ``NoSuchBuild`` when there is none, and ``NotReady`` when it is too far behind.
        """
        projection = self._operations.projection(name)
        async with connect(self._conninfo) as connection, connection.transaction():
            await connection.execute(SNAPSHOT)
            found = [each for each in await build_statuses(connection) if each.name == name]
            live, other = _pair(name, found)
            return await self._between(connection, projection, live, other)

    async def _between(
        self, connection: Connection, projection: Projection, live: BuildStatus, other: BuildStatus
    ) -> Difference:
        behind, ahead = sorted((live, other), key=lambda each: each.position)
        sides = {each: projection.tables_of(each.number) for each in (live, other)}
        if behind.position < ahead.position:
            sides[behind] = await self._caught_up(connection, projection, behind, ahead.position)
        tables = [
            await compare_tables(connection, table, sides[live][table], sides[other][table])
            for table in projection.tables
        ]
        return Difference(
            name=projection.name,
            live=live.number,
            other=other.number,
            position=ahead.position,
            clean=all(table.clean for table in tables),
            note=projection.note,
            tables=tables,
        )

    async def _caught_up(
        self, connection: Connection, projection: Projection, behind: BuildStatus, target: int
    ) -> Tables:
        """Copy the tables of a build and apply the missing events to the copy."""
        _require_applied(projection, behind, target)
        tables = projection.tables_of(behind.number)
        copies = {name: Identifier("pg_temp", name) for name in tables}
        for name, table in tables.items():
            await connection.execute(SQL(COPY).format(copy=copies[name], table=table))
            await connection.execute(SQL(FILL).format(copy=copies[name], table=table))
        try:
            await self._apply(connection, projection, copies, behind.position, target)
        except Exception as error:
            raise NotReady(
                f"Applying the missing events failed: {describe_error(error)}"
            ) from error
        return copies

    async def _apply(
        self,
        connection: Connection,
        projection: Projection,
        tables: Tables,
        position: int,
        target: int,
    ) -> None:
        passed_over = await skipped(self._log, projection.name)
        self._log.head.advance(target)
        while position < target:
            records = await self._log.page(after=position, limit=target - position)
            position = records[-1].position
            taken = projection.filter_events(records, passed_over)
            for write in projection.fold(taken) if taken else ():
                await connection.execute(SQL(write.sql).format(**tables), write.columns)


def _pair(name: str, found: Sequence[BuildStatus]) -> tuple[BuildStatus, BuildStatus]:
    live = [each for each in found if each.live]
    others = [each for each in found if not each.live]
    if not live or not others:
        raise NoSuchBuild(f"{name} has no build besides the live one.")
    return live[0], others[-1]


def _require_applied(projection: Projection, behind: BuildStatus, target: int) -> None:
    if target - behind.position > MAX_EVENTS_BEHIND:
        missing = target - behind.position
        raise NotReady(f"{behind.name} {behind.number} is {missing} events behind: wait.")
    if behind.shape != projection.shape:
        raise NotReady(f"{behind.name} {behind.number} is behind, and of another release.")
