"""Subscription to the feed: past events, then live ones, without gap or duplicate.

Past events come from the hub's ring if it reaches back far enough, else from the log, at the
reader's own pace. Once caught up, the reader is attached to the hub without an await in between.
"""

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Generic, NamedTuple, TypeVar

from application.eventstore.read_your_writes import PositionReset
from application.feed.history import FeedHistory
from application.feed.hub import Follower, Hub
from application.feed.public_events.catalogue import PublicEvent, public
from application.feed.queue import FrameQueue
from application.feed.reader import Reader
from application.feed.ring import Entry

PAGE: Final = 200
T = TypeVar("T")


class Rendering(NamedTuple, Generic[T]):
    """Encodings of an event for a reader: of a live one, and of one from the log."""

    live: Callable[[Entry], T]
    past: Callable[[PublicEvent], T]


def frames_of(hub: Hub) -> Rendering[bytes]:
    """Return the encoding by which all readers share the same bytes."""
    return Rendering(lambda entry: entry.frame, hub.render)


EVENTS: Final[Rendering[PublicEvent]] = Rendering(
    lambda entry: public(entry.record), lambda event: event
)


class Subscription(Generic[T]):
    """Follows the feed from the position ``after`` on."""

    def __init__(
        self, hub: Hub, history: FeedHistory, reader: Reader, after: int, rendering: Rendering[T]
    ) -> None:
        self._hub = hub
        self._history = history
        self._reader = reader
        self._after = after
        self._rendering = rendering
        self._queue = FrameQueue()

    async def wait_ended(self) -> None:
        """Wait for the end of the live events, which the reader may not have taken yet."""
        await self._queue.ended.wait()

    async def batches(self) -> AsyncGenerator[Sequence[T], None]:
        """Yield batches of events without end.

        Raises ``ReaderLagged`` when the reader was too slow, ``PositionReset`` when the log ends
        before the reader's position, ``LogUnavailable`` when the log cannot be read.
        """
        with self._hub.following():
            await self._hub.live.wait()
            epoch = self._hub.epoch
            position = self._after
            if position > self._hub.position:
                await self._history.head(position)
            while position < self._hub.position:
                position, batch = await self._next(position)
                if batch:
                    yield batch
            if self._hub.epoch != epoch:
                raise PositionReset
            with self._attach(position):
                while True:
                    yield [*map(self._rendering.live, await self._queue.take())]

    async def _next(self, position: int) -> tuple[int, Sequence[T]]:
        """Return the next events after a position, and the position that they reach."""
        if entries := self._hub.ring.after(position, PAGE):
            seen = [entry for entry in entries if self._reader.sees(entry.record)]
            return entries[-1].record.position, [*map(self._rendering.live, seen)]
        page = await self._history.page(self._reader, position, PAGE)
        return page.next, [*map(self._rendering.past, page.events)]

    @contextmanager
    def _attach(self, position: int) -> Iterator[None]:
        self._queue.position = position
        with self._hub.attach(Follower(self._reader, position, self._queue)):
            yield
