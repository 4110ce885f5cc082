"""Feeds one generation of a read model from the log: page, fold, write rows and position together.

Live and rebuild are the same loop; only the distance to the head differs. The connection that holds
the leader's lock is the one that writes, so a leader that has lost it cannot write either; and the
position moves from exactly where this runner left it, or not at all.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import LockNotAvailable

from application.event_log import EventLog
from application.recorded import Recorded
from application.supervision import Halt
from projections import table_sets
from projections.leadership import lead
from projections.projection import Projection, Write
from projections.tracking import ANNOUNCE, MOVE, record_failure, standing

PAGE: Final = 5_000
IDLE_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 0.1
"""How long events that change nothing may be passed before the stored position follows."""
RETRIES: Final = 3
PAUSE_SECONDS: Final = 0.2


class Overtaken(Exception):
    """The stored position is not where this runner left it: another runs."""


class ProjectionFailed(Halt):
    """An event cannot be applied. The projection stops at it until an operator has decided."""


class Projector:
    """Runs one generation, while it leads; ``progressed`` hears each position of a live one."""

    def __init__(
        self,
        projection: Projection,
        generation: int,
        log: EventLog,
        conninfo: str,
        progressed: Callable[[int], None],
    ) -> None:
        self.projection = projection
        self.generation = generation
        self._log = log
        self._conninfo = conninfo
        self._progressed = progressed
        self._stored = 0
        self._stored_at = 0.0
        self._live = False
        self._indexed = False

    async def run(self) -> None:
        """Follow the log for good; raises ``ProjectionFailed`` at an event it cannot apply."""
        name = f"{self.projection.name}:{self.generation}"
        async with lead(self._conninfo, name, self._watched) as connection:
            found = await standing(connection, self.projection, self.generation)
            self._stored, self._live = found.position, found.live
            self._report(found.position)
            await self._follow(connection, found.position)

    async def _watched(self, connection: AsyncConnection[Any]) -> tuple[int, int]:
        """Return the stored position and the head, for a standby to see a leader that is stuck."""
        found = await standing(connection, self.projection, self.generation)
        return found.position, self._log.head.position

    async def _follow(self, connection: AsyncConnection[Any], position: int) -> None:
        while True:
            if records := await self._log.page(after=position, limit=PAGE):
                position = await self._apply(connection, records)
            elif self._live or not await self._become_live(connection):
                await self._rest(connection, position)

    async def _rest(self, connection: AsyncConnection[Any], position: int) -> None:
        """Wait for news; a notice can be lost, so look anyway after a while."""
        behind = position > self._stored
        try:
            pause = QUIET_SECONDS if behind else IDLE_SECONDS
            await self._log.head.reach(position + 1, within=pause)
        except TimeoutError:
            if behind:
                await self._move(connection, position, ())

    async def _become_live(self, connection: AsyncConnection[Any]) -> bool:
        """Switch to a generation that has caught up; say whether there was anything to do."""
        found = await standing(connection, self.projection, self.generation)
        if found.status != "building":
            return False
        if not self._indexed:
            await table_sets.index(connection, self.projection, self.generation)
            self._indexed = True
            return True
        try:
            self._live = await table_sets.switch(connection, self.projection, self.generation)
        except LockNotAvailable:
            await asyncio.sleep(PAUSE_SECONDS)
        return self._live

    async def _apply(self, connection: AsyncConnection[Any], records: Sequence[Recorded]) -> int:
        reached = records[-1].position
        takes = self.projection.takes
        taken = [record for record in records if type(record.event) in takes]
        if taken:
            await self._persist(connection, taken, reached)
        elif time.monotonic() - self._stored_at > QUIET_SECONDS:
            await self._move(connection, reached, ())
        self._report(reached)
        return reached

    async def _persist(
        self, connection: AsyncConnection[Any], records: Sequence[Recorded], reached: int
    ) -> None:
        """Apply a batch, with patience; if it will not go, as far as it goes."""
        for attempt in range(RETRIES):
            if await self._applied(connection, records, reached) is None:
                return
            await asyncio.sleep(PAUSE_SECONDS * 2**attempt)
        await self._halve(connection, records, reached)

    async def _halve(
        self, connection: AsyncConnection[Any], records: Sequence[Recorded], reached: int
    ) -> None:
        """Find the event that is to blame, apply all before it, and stop there."""
        error = await self._applied(connection, records, reached)
        if error is None:
            return
        if len(records) == 1:
            await self._fail(connection, records[0], error)
        middle = len(records) // 2
        await self._halve(connection, records[:middle], records[middle - 1].position)
        await self._halve(connection, records[middle:], reached)

    async def _applied(
        self, connection: AsyncConnection[Any], records: Sequence[Recorded], reached: int
    ) -> Exception | None:
        """Apply a batch and return what was wrong with it, not with the connection."""
        try:
            await self._move(connection, reached, self.projection.fold(records))
        except (OperationalError, Overtaken):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a fold or a statement may raise
            return error
        return None

    async def _fail(
        self, connection: AsyncConnection[Any], record: Recorded, error: Exception
    ) -> None:
        what = f"{record.event.stored_name()} at {record.position}: {error!r}"
        await record_failure(connection, self.projection, self.generation, record.position, what)
        raise ProjectionFailed(what) from error

    async def _move(
        self, connection: AsyncConnection[Any], reached: int, writes: Sequence[Write]
    ) -> None:
        """Write rows, position and announcement in one transaction and one round trip."""
        name, generation = self.projection.name, self.generation
        async with (
            connection.pipeline() as pipeline,
            connection.transaction(),
            connection.cursor(binary=True) as moved,
            connection.cursor() as cursor,
        ):
            await moved.execute(MOVE, (reached, name, generation, self._stored), prepare=True)
            for write in writes:
                statement = self.projection.composed(write.sql, generation)
                await cursor.execute(statement, write.columns, prepare=True)
            if self._live:
                await cursor.execute(ANNOUNCE, (f"{name} {reached}",), prepare=True)
            await pipeline.sync()
            if (row := await moved.fetchone()) is None:
                raise Overtaken
        self._stored, self._stored_at, self._live = reached, time.monotonic(), row[0]

    def _report(self, position: int) -> None:
        if self._live:
            self._progressed(position)
