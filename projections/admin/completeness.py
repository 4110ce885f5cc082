"""Completeness check: compares count and digest of each live build with the log, continuously.

It detects events that were left out or applied twice, and tracking rows that were edited.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection

from application.eventstore.event_store import EventLog
from application.projection_admin.skips import skipped
from projections.engine.digest import EMPTY, MODULUS, EventDigest
from projections.engine.projection import Projection

Connection = AsyncConnection[Any]

LOOK_SECONDS: Final = 3.0
AT_ONCE: Final = 100_000
"""Positions summed up per query."""
LIVE: Final[LiteralString] = """
    SELECT name, generation, shape, "position", counted_from, applied, digest, incomplete,
           (SELECT coalesce(max(notification_id), 0) FROM forge_events) AS head
    FROM projections WHERE live ORDER BY name
"""
LOGGED: Final[LiteralString] = """
    SELECT count(*), coalesce(sum(
        ('x' || encode(substr(chain_hash, 1, 8), 'hex'))::bit(64)::bigint::numeric), 0)
    FROM forge_events
    WHERE notification_id > %s AND notification_id <= %s
      AND topic = ANY(%s::text[]) AND notification_id <> ALL(%s::bigint[])
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


class VerifiedRange(NamedTuple):
    """Count and digest of a projection's events between two positions, without skipped ones."""

    start: int
    until: int
    skipped: frozenset[int]
    expected: EventDigest = EMPTY

    def continues(self, other: "VerifiedRange") -> bool:
        return (self.start, self.skipped) == (other.start, other.skipped)


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
        rows = await (await connection.execute(LIVE)).fetchall()
        for row in [LiveBuild(*found) for found in rows]:
            projection = self._projections.get(row.name)
            if projection is not None and projection.shape == row.shape:
                await self._record(
                    connection, row, await self._discrepancy(connection, projection, row)
                )

    async def _discrepancy(
        self, connection: Connection, projection: Projection, row: LiveBuild
    ) -> str | None:
        """Return how a build differs from the log.

        Skips are read after the row, so that none which the row reflects is missed.
        """
        if row.position > row.head:
            return f"its position {row.position} lies beyond the log, which ends at {row.head}"
        passed_over = await skipped(self._log, row.name)
        before = self._verified.get(row.name)
        verified = VerifiedRange(row.counted_from, row.counted_from, passed_over)
        if before and before.continues(verified) and before.until <= row.position:
            verified = before
        verified = await self._verify_until(connection, projection, verified, row.position)
        self._verified[row.name] = verified
        if verified.expected == (row.applied, row.digest):
            return None
        return (
            f"it has applied {row.applied} events up to {row.position} where the log has "
            f"{verified.expected.events}, or not the same ones"
        )

    async def _verify_until(
        self, connection: Connection, projection: Projection, verified: VerifiedRange, until: int
    ) -> VerifiedRange:
        topics = [kind.stored_name() for kind in projection.takes]
        while verified.until < until:
            target = min(verified.until + AT_ONCE, until)
            places = (verified.until, target, topics, [*verified.skipped])
            cursor = await connection.execute(LOGGED, places)
            events, digest = await cursor.fetchone() or (0, 0)
            more = verified.expected.plus(EventDigest(events, int(digest) % MODULUS))
            verified = verified._replace(until=target, expected=more)
        return verified

    async def _record(self, connection: Connection, row: LiveBuild, found: str | None) -> None:
        if found == row.incomplete:
            return
        await connection.execute(RECORD, (found, row.name, row.build))
        if found and not row.incomplete:
            self._alarm(f"completeness of {row.name}", Incomplete(found))
