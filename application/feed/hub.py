"""Feed hub, one per process: follows the log and gives all readers the same encoded frames.

A reader's filter is applied before its queue, and the queue is bounded, so no reader holds up
another. Without readers the log is not followed.
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
from application.feed.queue import FrameQueue, ReaderLagged
from application.feed.reader import Reader
from application.feed.ring import Entry, Ring
from application.telemetry.metrics import Metrics

PAGE: Final = 200
POLL_SECONDS: Final = 0.5
"""Poll interval: notifications may be lost, and the log may be unavailable."""

Render = Callable[[PublicEvent], bytes]


class Follower(NamedTuple):
    """A live reader; ``after`` may be ahead of the hub, if another process was faster."""

    reader: Reader
    after: int
    queue: FrameQueue

    def offer(self, entry: Entry) -> bool:
        """Queue an event if the reader may see it; tell whether it was queued."""
        visible = entry.record.position > self.after and self.reader.sees(entry.record)
        if visible:
            self.queue.put(entry)
        return visible


class Hub:
    """The hub; ``epoch`` changes when the log has become shorter: a restore, or a failover."""

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
        self._reader_count = metrics.feed_readers.of()
        self._deliveries = metrics.feed_deliveries.of()
        self._lagged = metrics.feed_lagged.of()
        self._needed = asyncio.Event()
        self._readers = 0
        self._followers: dict[str, dict[FrameQueue, Follower]] = {}

    @contextmanager
    def following(self) -> Iterator[None]:
        """Follow the log while entered; ``live`` is set when the hub has its position."""
        self._readers += 1
        self._needed.set()
        try:
            yield
        finally:
            self._readers -= 1

    @contextmanager
    def attach(self, follower: Follower) -> Iterator[None]:
        """Give a follower, while entered, the events after the hub's present position."""
        org_id = follower.reader.org_id
        followers = self._followers.setdefault(org_id, {})
        followers[follower.queue] = follower
        self._reader_count.value += 1
        try:
            yield
        except ReaderLagged:
            self._lagged.value += 1
            raise
        finally:
            self._reader_count.value -= 1
            del followers[follower.queue]
            if not followers and self._followers.get(org_id) is followers:
                del self._followers[org_id]

    async def run(self) -> None:
        while True:
            await self._needed.wait()
            try:
                await self._step()
            except LogUnavailable:
                await asyncio.sleep(POLL_SECONDS)

    async def _step(self) -> None:
        if not self.live.is_set():
            self.position = await self._stored_head()
            self.live.set()
        if records := await self._log.page(after=self.position, limit=PAGE):
            self._publish(records)
            await asyncio.sleep(0)  # a page from memory has not yielded to other tasks
        else:
            await self._wait_for_events()
        if not self._readers:
            self._stop_following()

    def _publish(self, records: Sequence[RecordedEvent]) -> None:
        for record in records:
            frame = self.render(public(record))
            entry = Entry(record, frame, len(frame))
            self.ring.add(entry)
            self.position = record.position
            for follower in self._followers.get(record.origin.org_id, {}).values():
                self._deliveries.value += follower.offer(entry)
        if gone := {record.stream for record in records if record.event.destroys_key}:
            self._redact(gone)

    def _redact(self, streams: Collection[str]) -> None:
        """Redact the events of erased streams, in the ring and in all queues."""
        queues = (queue for followers in self._followers.values() for queue in followers)
        for entry in chain(self.ring, *queues):
            if entry.record.stream in streams:
                entry.record = replace(entry.record, event=redacted(entry.record.event))
                entry.frame = self.render(public(entry.record))

    async def _wait_for_events(self) -> None:
        head = self._log.head
        if head.position < self.position and await self._stored_head() < self.position:
            self._reset()
        with suppress(TimeoutError):
            await head.reach(self.position + 1, within=POLL_SECONDS)

    def _reset(self) -> None:
        """End all readers: they were sent events that the log no longer has."""
        self.epoch += 1
        for follower in [each for some in self._followers.values() for each in some.values()]:
            follower.queue.end(PositionReset())
        self._stop_following()

    def _stop_following(self) -> None:
        self.live.clear()
        self.ring.clear()
        if not self._readers:
            self._needed.clear()
