"""Tail of the log: new events are scanned once for all projectors that have caught up.

A projector sleeps until there is an event of a type it takes, and reads that itself, from memory.
One that takes nothing of what has been scanned is up to date without being woken.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Final

from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog, LogUnavailable
from domain.messages import Event
from projections.engine.checkpoint import Checkpoint
from projections.engine.log_pages import MAX_PAGE, Unreadable, read_page

POLL_SECONDS: Final = 1.0
"""Poll interval: notices may be lost, and the log may be unavailable."""
IDLE_SECONDS: Final = 1.0
"""Longest sleep of a projector, which then looks at its row for decisions of operators."""


class Follower:
    """A projector as the tail knows it.

    It has read the log up to ``position``, and is to read on up to ``due``; ``wake`` ends its rest.
    It is ``in_doubt`` when its row may not be as it left it.
    """

    def __init__(self, takes: Collection[type[Event]], checkpoint: Checkpoint) -> None:
        self.takes = takes
        self.checkpoint = checkpoint
        self.position = checkpoint.position
        self.due = 0
        self.wake = asyncio.Event()
        self.in_doubt = False

    @property
    def idle(self) -> bool:
        return self.due <= self.position

    def expect(self, position: int) -> None:
        """Wake it for the event at a position, unless it has read that already."""
        if position <= self.position:
            return
        if self.idle:
            self.position = position - 1  # it takes nothing before
        self.due = position
        self.wake.set()


class Tail:
    """The end of ``log``, scanned up to ``scanned`` for the projectors that rest here.

    ``unstored`` is set when rows of resting projectors may be behind; ``storing`` is locked while
    they are moved.
    """

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.scanned = 0
        self.unstored = asyncio.Event()
        self.storing = asyncio.Lock()
        self._followers = dict[Follower, None]()
        self._resting = dict[Follower, None]()
        self._takers = dict[type[Event], list[Follower]]()
        self._followed = asyncio.Event()

    async def run(self) -> None:
        while True:
            await self._followed.wait()
            try:
                await self._scan()
            except LogUnavailable:
                await asyncio.sleep(POLL_SECONDS)

    async def rest(self, follower: Follower) -> bool:
        """Sleep until woken, at most a second; return whether an event is due."""
        if follower not in self._followers:
            self._attach(follower)
        if not follower.idle:
            return True
        follower.wake.clear()
        self._resting[follower] = None
        if follower.checkpoint.position < self.scanned:
            self.unstored.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await follower.wake.wait()
        finally:
            del self._resting[follower]
            if follower.in_doubt:  # its row is being moved
                async with self.storing:
                    pass
        if follower.idle:
            follower.position = max(follower.position, self.scanned)
        return not follower.idle

    def detach(self, follower: Follower) -> None:
        """Forget a projector, whether it has ever rested or not."""
        if follower in self._followers:
            del self._followers[follower]
            for kind in follower.takes:
                self._takers[kind].remove(follower)
        if not self._followers:
            self._followed.clear()

    @property
    def busy(self) -> bool:
        """Say whether a projector has events to read."""
        return not all(follower.idle for follower in self._followers)

    def behind(self) -> list[Follower]:
        """Return the resting projectors whose rows are behind what has been scanned."""
        return [
            follower
            for follower in self._resting
            if follower.idle and follower.checkpoint.position < self.scanned
        ]

    def idle_until(self, position: int) -> Sequence[Checkpoint]:
        """Return live builds with nothing to apply up to a position, unless announced already."""
        if position > self.scanned:
            return ()
        idle = [follower.checkpoint for follower in self._followers if follower.idle]
        return [each for each in idle if each.live and each.announced < position]

    def _attach(self, follower: Follower) -> None:
        """Add a projector: the first sets where to scan from, another reads up to there itself."""
        if not self._followers:
            self.scanned = follower.position
        follower.due = self.scanned
        self._followers[follower] = None
        for kind in follower.takes:
            self._takers.setdefault(kind, []).append(follower)
        self._followed.set()

    async def _scan(self) -> None:
        start = self.scanned
        try:
            records, _ = await read_page(self.log.page, start, MAX_PAGE)
        except Unreadable as unreadable:
            self._pass(start, unreadable)
            return
        if records:
            self._hand_out(start, records)
            await asyncio.sleep(0)  # a page from memory has not yielded to other tasks
        else:
            with suppress(TimeoutError):
                await self.log.head.reach(start + 1, within=POLL_SECONDS)

    def _hand_out(self, start: int, records: Sequence[RecordedEvent]) -> None:
        """Wake the projectors that take an event of a page."""
        if self.scanned != start:
            return  # another projector came first meanwhile
        for record in records:
            for follower in self._takers.get(type(record.event), ()):
                follower.expect(record.position)
        self._scanned_to(records[-1].position)

    def _pass(self, start: int, unreadable: Unreadable) -> None:
        """Wake all projectors at an event that cannot be decoded: each stops or skips it."""
        if self.scanned != start:
            return
        for follower in self._followers:
            follower.expect(unreadable.position)
        self._scanned_to(unreadable.position)

    def _scanned_to(self, position: int) -> None:
        self.scanned = position
        self.unstored.set()
