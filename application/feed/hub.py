"""One per process: follows the log by position, and gives every reader the same encoded frames.

A reader's filter is applied before its queue, and its queue is bounded: nobody is held up by
another. While nobody reads, nothing is followed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Final, NamedTuple

from msgspec.structs import replace

from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog, LogUnavailable
from application.eventstore.read_your_writes import PositionReset
from application.eventstore.redaction import redacted
from application.feed.public_events.catalogue import PublicEvent, public
from application.feed.queue import FrameQueue, Lagged
from application.feed.reader import Reader
from application.feed.ring import Entry, Ring
from application.telemetry.metrics import Metrics

PAGE: Final = 200
LOOK_SECONDS: Final = 0.5
"""How often to look without having heard of anything: notices may be lost, the log may be away."""

Render = Callable[[PublicEvent], bytes]


class Follower(NamedTuple):
    """``after`` may lie ahead of the hub, when the reader has heard of more than this process."""

    reader: Reader
    after: int
    queue: FrameQueue

    def offer(self, entry: Entry) -> bool:
        """Give the reader an event, if it is for it; tell whether it was."""
        wanted = entry.record.position > self.after and self.reader.sees(entry.record)
        if wanted:
            self.queue.put(entry)
        return wanted


class Hub:
    """``epoch`` changes when the log has turned out to be shorter: a restore, or a failover."""

    def __init__(
        self,
        log: EventLog,
        stored_head: Callable[[], Awaitable[int]],
        render: Render,
        metrics: Metrics,
    ) -> None:
        self.position = 0
        self.epoch = 0
        self.ring = Ring()
        self.render = render
        self.live = asyncio.Event()
        self._log = log
        self._stored_head = stored_head
        self._attached = metrics.feed_readers.of()
        self._deliveries = metrics.feed_deliveries.of()
        self._lagged = metrics.feed_lagged.of()
        self._wanted = asyncio.Event()
        self._readers = 0
        self._followers: dict[str, dict[FrameQueue, Follower]] = {}

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Have the log followed while entered; ``live`` says when it is."""
        self._readers += 1
        self._wanted.set()
        try:
            yield
        finally:
            self._readers -= 1

    @contextmanager
    def attached(self, follower: Follower) -> Iterator[None]:
        """Give a follower, while entered, what comes after the hub's present position."""
        org_id = follower.reader.org_id
        followers = self._followers.setdefault(org_id, {})
        followers[follower.queue] = follower
        self._attached.value += 1
        try:
            yield
        except Lagged:
            self._lagged.value += 1
            raise
        finally:
            self._attached.value -= 1
            del followers[follower.queue]
            if not followers and self._followers.get(org_id) is followers:
                del self._followers[org_id]

    async def run(self) -> None:
        while True:
            await self._wanted.wait()
            try:
                await self._step()
            except LogUnavailable:
                await asyncio.sleep(LOOK_SECONDS)

    async def _step(self) -> None:
        if not self.live.is_set():
            self.position = await self._stored_head()
            self.live.set()
        if records := await self._log.page(after=self.position, limit=PAGE):
            self._publish(records)
            await asyncio.sleep(0)  # a page from memory has not given way to anybody
        else:
            await self._news()
        if not self._readers:
            self._rest()

    def _publish(self, records: Sequence[RecordedEvent]) -> None:
        for record in records:
            frame = self.render(public(record))
            entry = Entry(record, frame, len(frame))
            self.ring.add(entry)
            self.position = record.position
            for follower in self._followers.get(record.origin.org_id, {}).values():
                self._deliveries.value += follower.offer(entry)
        if gone := {record.stream for record in records if record.event.destroys_key}:
            self._forget(gone)

    def _forget(self, streams: Collection[str]) -> None:
        """Keep of erased streams what the log keeps of them, also where it waits to be sent."""
        queues = (queue for followers in self._followers.values() for queue in followers)
        for entry in chain(self.ring, *queues):
            if entry.record.stream in streams:
                entry.record = replace(entry.record, event=redacted(entry.record.event))
                entry.frame = self.render(public(entry.record))

    async def _news(self) -> None:
        head = self._log.head
        if head.position < self.position and await self._stored_head() < self.position:
            self._reset()
        with suppress(TimeoutError):
            await head.reach(self.position + 1, within=LOOK_SECONDS)

    def _reset(self) -> None:
        """Send everybody away who was told of what is no longer there."""
        self.epoch += 1
        for follower in [each for some in self._followers.values() for each in some.values()]:
            follower.queue.end(PositionReset())
        self._rest()

    def _rest(self) -> None:
        self.live.clear()
        self.ring.clear()
        if not self._readers:
            self._wanted.clear()
