"""Completeness check: compares count and digest of each live build with the log, continuously.

It detects events that were left out or applied twice, and tracking rows that were edited.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection

from application.eventstore.event_store import EventLog
from application.projection_admin.skips import skipped
from projections.admin.logged_events import VerifiedRange, extend
from projections.engine.projection import Projection

Connection = AsyncConnection[Any]

LOOK_SECONDS: Final = 3.0
LIVE: Final[LiteralString] = """
    SELECT name, generation, shape, "position", counted_from, applied, digest, incomplete,
           (SELECT coalesce(max(notification_id), 0) FROM forge_events) AS head
    FROM projections WHERE live ORDER BY name
"""
RECORD: Final[LiteralString] = """
    UPDATE projections SET incomplete = %s WHERE name = %s AND generation = %s
"""


class Incomplete(Exception):
    """A read model has not applied exactly the events that the log holds."""


class LiveBuild(NamedTuple):
    """Tracking row of a live build, and the head of the log when it was read."""

    name: str
    build: int
    shape: int
    position: int
    counted_from: int
    applied: int
    digest: int
    incomplete: str | None
    head: int

    @property
    def beyond_log(self) -> bool:
        return self.position > self.head

    def discrepancy(self, verified: VerifiedRange) -> str | None:
        """Return how the build differs from the log up to its position."""
        if verified.expected == (self.applied, self.digest):
            return None
        return (
            f"it has applied {self.applied} events up to {self.position} where the log has "
            f"{verified.expected.events}, or not the same ones"
        )


class Completeness:
    """Checks live builds; calls ``alarm`` once for each that becomes incomplete."""

    def __init__(
        self,
        projections: Iterable[Projection],
        log: EventLog,
        conninfo: str,
        alarm: Callable[[str, Exception], None],
    ) -> None:
        self._projections = {projection.name: projection for projection in projections}
        self._log = log
        self._conninfo = conninfo
        self._alarm = alarm
        self._verified: dict[str, VerifiedRange] = {}

    async def run(self) -> None:
        connecting = AsyncConnection.connect(self._conninfo, autocommit=True)
        async with await connecting as connection:
            while True:
                await self.look(connection)
                await asyncio.sleep(LOOK_SECONDS)

    async def look(self, connection: Connection) -> None:
        """Check every live build of this release once, from where the last check ended."""
        found = [LiveBuild(*row) for row in await (await connection.execute(LIVE)).fetchall()]
        rows = [row for row in found if self._is_of_this_release(row)]
        within = [row for row in rows if not row.beyond_log]
        known = {row.name: await self._known(row) for row in within}
        self._verified |= await extend(
            connection, known, {row.name: row.position for row in within}
        )
        for row in rows:
            await self._record(connection, row, self._discrepancy(row))

    def _is_of_this_release(self, row: LiveBuild) -> bool:
        projection = self._projections.get(row.name)
        return projection is not None and projection.shape == row.shape

    async def _known(self, row: LiveBuild) -> VerifiedRange:
        """Return what the last check has counted, or an empty range where it cannot go on.

        Skips are read after the row, so that none which the row reflects is missed.
        """
        fresh = VerifiedRange(
            start=row.counted_from,
            until=row.counted_from,
            topics=frozenset(kind.stored_name() for kind in self._projections[row.name].takes),
            skipped=await skipped(self._log, row.name),
        )
        before = self._verified.get(row.name)
        if before and before.continues(fresh) and before.until <= row.position:
            return before
        return fresh

    def _discrepancy(self, row: LiveBuild) -> str | None:
        if row.beyond_log:
            return f"its position {row.position} lies beyond the log, which ends at {row.head}"
        return row.discrepancy(self._verified[row.name])

    async def _record(self, connection: Connection, row: LiveBuild, found: str | None) -> None:
        if found == row.incomplete:
            return
        await connection.execute(RECORD, (found, row.name, row.build))
        if found and not row.incomplete:
            self._alarm(f"completeness of {row.name}", Incomplete(found))
