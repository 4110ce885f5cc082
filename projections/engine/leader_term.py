"""Term of a leader: reads pages of the log, folds them, writes rows and position together.

Live projection and rebuild are the same loop, at different distances from the head. The connection
that holds the leader lock is the one that writes, so a leader that lost it cannot write; and the
position moves only from where this runner left it.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable

from application.eventstore.envelope import RecordedEvent
from application.projection_admin.skips import skipped
from projections.engine import table_sets
from projections.engine.batch_applier import BatchApplier
from projections.engine.checkpoint import Checkpoint
from projections.engine.log_pages import Pages, Unreadable
from projections.engine.projection import Projection
from projections.engine.tail import Follower, Tail
from projections.engine.tracking import BuildStatus, StaleCheckpoint, build_status

Connection = AsyncConnection[Any]

BEHIND_SECONDS: Final = 0.1
"""Longest time before the position is stored after events that changed nothing."""
SWITCH_PAUSES: Final = (0.2, 0.5, 1.0, 2.0)
"""Pauses between attempts to switch while readers lock the view; each delays new readers."""


class LeaderTerm:
    """Term of a leader, until an operator decides on the build: pause, hold, switch, skip."""

    def __init__(
        self,
        connection: Connection,
        projection: Projection,
        tail: Tail,
        status: BuildStatus,
        on_live: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._projection = projection
        self._status = status
        self._tail = tail
        self._log = tail.log
        self._on_live = on_live
        self._building = status.building
        self._checkpoint = Checkpoint(connection, projection, status, tail.idle_until)
        self._follower = Follower(projection.takes, self._checkpoint)
        self._applier = BatchApplier(connection, projection, status, self._checkpoint)
        self._pages = Pages(self._log.page if projection.personal else self._log.outline)
        self._indexed = False
        self._switch_at = 0.0
        self._switches = 0

    async def serve(self) -> None:
        """Follow the log; return when the stored row is in doubt, to begin anew from it.

        Raises ``StaleCheckpoint`` once an operator has decided. Skips are read after the build's
        row: a later skip increments ``decided`` in the row.
        """
        self._applier.skipped = await skipped(self._log, self._projection.name)
        if self._checkpoint.live:
            self._on_live()
        try:
            while not self._follower.in_doubt:
                await self._advance()
        finally:
            self._tail.detach(self._follower)
            await self._pages.close()

    async def _advance(self) -> None:
        try:
            records = await self._page()
        except Unreadable as unreadable:
            await self._applier.fail(unreadable.position, "event", unreadable.reason)
        if records:
            self._follower.position = await self._applier.apply(records)
        if not self._pages.at_end:
            return
        if self._can_go_live():
            await self._go_live()
        elif self._is_settled() and (records or self._follower.idle):
            await self._rest()
        elif not records:
            await self._wait()

    async def _page(self) -> Sequence[RecordedEvent]:
        """Return the next events, past skipped events that cannot be decoded."""
        while True:
            try:
                return await self._pages.after(self._follower.position)
            except Unreadable as unreadable:
                if unreadable.position not in self._applier.skipped:
                    raise
                self._follower.position = unreadable.position

    def _can_go_live(self) -> bool:
        """Say whether to index or switch now; a held build is indexed but not switched to."""
        return not self._is_settled() and time.monotonic() >= self._switch_at

    def _is_settled(self) -> bool:
        """Say whether there is nothing left to do but to follow the log."""
        return not self._building or (self._status.held and self._indexed)

    async def _rest(self) -> None:
        """Sleep at the tail of the log until there is an event to apply.

        The row follows with those of other resting projectors, or else is moved here.
        """
        read = self._follower.position
        if not await self._tail.rest(self._follower) and not self._follower.in_doubt:
            await self._look(read)

    async def _wait(self) -> None:
        """Wait for any new event, before this projector follows the tail."""
        try:
            await self._log.head.reach(self._follower.position + 1, within=BEHIND_SECONDS)
        except TimeoutError:
            await self._look(self._follower.position)

    async def _look(self, read: int) -> None:
        """Store the position if one that was read is not yet, else look for a decision."""
        if read > self._checkpoint.position:
            await self._checkpoint.move(self._follower.position)
            return
        status = await build_status(self._connection, self._status.name, self._status.number)
        if status.decided != self._status.decided:
            raise StaleCheckpoint

    async def _go_live(self) -> None:
        """Create the indexes or, once they exist, switch readers to this build."""
        if not self._indexed:
            await table_sets.index(self._connection, self._projection, self._status.number)
            self._indexed = True
            return
        before = self._follower.position, self._checkpoint.position
        try:
            await self._switch()
        except LockNotAvailable:
            self._follower.position, self._checkpoint.position = before
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
            while self._follower.position < target:
                if records := await self._page():
                    self._follower.position = await self._applier.apply(records)
            if self._checkpoint.position < target:
                await self._checkpoint.move(self._follower.position)
