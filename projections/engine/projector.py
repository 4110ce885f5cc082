"""Projector of one build: reads pages of the log, folds them, writes rows and position together.

Live projection and rebuild are the same loop, at different distances from the head. The connection
that holds the leader lock is the one that writes, so a leader that lost it cannot write; and the
position moves only from where this runner left it.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable

from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from application.projection_admin.skips import skipped
from projections.engine import table_sets
from projections.engine.batch_applier import BatchApplier
from projections.engine.checkpoint import Checkpoint
from projections.engine.leader_lock import lead
from projections.engine.log_pages import Pages, Unreadable
from projections.engine.projection import Projection
from projections.engine.tracking import BuildStatus, StaleCheckpoint, build_status

Connection = AsyncConnection[Any]

IDLE_SECONDS: Final = 1.0
BEHIND_SECONDS: Final = 0.1
"""Longest time before the position is stored after events that changed nothing."""
PAUSED_SECONDS: Final = 0.5
"""Poll interval of a paused build."""
SWITCH_PAUSES: Final = (0.2, 0.5, 1.0, 2.0)
"""Pauses between attempts to switch while readers lock the view; each delays new readers."""


class Projector:
    """Runs one build while it leads; calls ``on_live`` once it is live."""

    def __init__(
        self,
        projection: Projection,
        build: int,
        log: EventLog,
        conninfo: str,
        on_live: Callable[[], None],
    ) -> None:
        self.projection = projection
        self.build = build
        self._log = log
        self._conninfo = conninfo
        self._on_live = on_live

    async def run(self) -> None:
        """Follow the log until the build is dropped.

        Raises ``ProjectionFailed`` at an event it cannot apply, ``StaleCheckpoint`` when another
        runner has moved on.
        """
        name = f"{self.projection.name} {self.build}"
        async with lead(self._conninfo, name, self._progress) as connection:
            while not (status := await self._status(connection)).dropped:
                if status.paused:
                    await asyncio.sleep(PAUSED_SECONDS)
                else:
                    await self._serve(connection, status)

    async def _serve(self, connection: Connection, status: BuildStatus) -> None:
        """Serve a leader term, which ends with the next decision of an operator."""
        term = LeaderTerm(connection, self.projection, self._log, status, self._on_live)
        try:
            await term.serve()
        except StaleCheckpoint:
            if (await self._status(connection)).decided == status.decided:
                raise

    async def _progress(self, connection: Connection) -> tuple[int, int]:
        """Return the stored position and the head, by which a standby detects a stuck leader."""
        status = await self._status(connection)
        return status.position, status.position if status.paused else self._log.head.position

    async def _status(self, connection: Connection) -> BuildStatus:
        return await build_status(connection, self.projection.name, self.build)


class LeaderTerm:
    """Term of a leader, until an operator decides on the build: pause, hold, switch, skip."""

    def __init__(
        self,
        connection: Connection,
        projection: Projection,
        log: EventLog,
        status: BuildStatus,
        on_live: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._projection = projection
        self._status = status
        self._log = log
        self._on_live = on_live
        self._position = status.position
        self._building = status.building
        self._checkpoint = Checkpoint(connection, projection, status)
        self._applier = BatchApplier(connection, projection, status, self._checkpoint)
        self._pages = Pages(log.page if projection.personal else log.outline)
        self._indexed = False
        self._switch_at = 0.0
        self._switches = 0

    async def serve(self) -> None:
        """Follow the log forever; raises ``StaleCheckpoint`` once an operator has decided.

        Skips are read after the build's row: a later skip increments ``decided`` in the row.
        """
        self._applier.skipped = await skipped(self._log, self._projection.name)
        if self._checkpoint.live:
            self._on_live()
        try:
            while True:
                await self._advance()
        finally:
            await self._pages.close()

    async def _advance(self) -> None:
        try:
            records = await self._page()
        except Unreadable as unreadable:
            await self._applier.fail(unreadable.position, "event", unreadable.reason)
        if records:
            self._position = await self._applier.apply(records)
        if self._pages.at_end and self._can_go_live():
            await self._go_live()
        elif not records:
            await self._rest()

    async def _page(self) -> Sequence[RecordedEvent]:
        """Return the next events, past skipped events that cannot be decoded."""
        while True:
            try:
                return await self._pages.after(self._position)
            except Unreadable as unreadable:
                if unreadable.position not in self._applier.skipped:
                    raise
                self._position = unreadable.position

    def _can_go_live(self) -> bool:
        """Say whether to index or switch now; a held build is indexed but not switched to."""
        due = self._building and time.monotonic() >= self._switch_at
        return due and not (self._status.held and self._indexed)

    async def _rest(self) -> None:
        """Wait for new events; after a timeout store the position or check for a decision."""
        behind = self._position > self._checkpoint.position
        pause = BEHIND_SECONDS if behind or self._building else IDLE_SECONDS
        try:
            await self._log.head.reach(self._position + 1, within=pause)
        except TimeoutError:
            if behind:
                await self._checkpoint.move(self._position)
            else:
                await self._check_decision()

    async def _check_decision(self) -> None:
        status = await build_status(self._connection, self._status.name, self._status.number)
        if status.decided != self._status.decided:
            raise StaleCheckpoint

    async def _go_live(self) -> None:
        """Create the indexes or, once they exist, switch readers to this build."""
        if not self._indexed:
            await table_sets.index(self._connection, self._projection, self._status.number)
            self._indexed = True
            return
        before = self._position, self._checkpoint.position
        try:
            await self._switch()
        except LockNotAvailable:
            self._position, self._checkpoint.position = before
            pause = SWITCH_PAUSES[min(self._switches, len(SWITCH_PAUSES) - 1)]
            self._switches, self._switch_at = self._switches + 1, time.monotonic() + pause
        else:
            self._building, self._checkpoint.live = False, True
            self._on_live()

    async def _switch(self) -> None:
        """Switch atomically: both builds are locked while this one catches up with the live one.

        An event that cannot be applied aborts the attempt; the regular loop meets it again.
        """
        switch = table_sets.switch(self._connection, self._projection, self._status.number)
        async with switch as target:
            self._log.head.advance(target)
            while self._position < target:
                if records := await self._page():
                    self._position = await self._applier.apply(records)
            if self._checkpoint.position < target:
                await self._checkpoint.move(self._position)
