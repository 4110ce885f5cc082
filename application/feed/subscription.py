"""One reader's way along the log: what it missed, then what comes, without gap or duplicate.

What it missed comes from the hub's ring where that reaches back far enough, else from the log, at
the reader's own pace. Once it has caught up with the hub it is attached, in the same breath.
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
    """What a reader is given of an event: of one that has just come, and of one from the log."""

    live: Callable[[Entry], T]
    past: Callable[[PublicEvent], T]


def frames_of(hub: Hub) -> Rendering[bytes]:
    """Give every reader the very same bytes."""
    return Rendering(lambda entry: entry.frame, hub.render)


EVENTS: Final[Rendering[PublicEvent]] = Rendering(
    lambda entry: public(entry.record), lambda event: event
)


class Subscription(Generic[T]):
    """Follows from the position ``after`` on."""

    def __init__(
        self, hub: Hub, past: FeedHistory, reader: Reader, after: int, rendering: Rendering[T]
    ) -> None:
        self._hub = hub
        self._past = past
        self._reader = reader
        self._after = after
        self._rendering = rendering
        self._queue = FrameQueue()

    async def ended(self) -> None:
        """Return once nothing more will come, though the reader may not have taken it all."""
        await self._queue.ended.wait()

    async def batches(self) -> AsyncGenerator[Sequence[T], None]:
        """Yield what there is, some at a time, for good.

        Raises ``Lagged`` when the reader was too slow, ``PositionReset`` when the log ends, or has
        come to end, before what it knows, ``LogUnavailable`` when that cannot be read just now.
        """
        with self._hub.wanted():
            await self._hub.live.wait()
            epoch = self._hub.epoch
            position = self._after
            if position > self._hub.position:
                await self._past.head(position)
            while position < self._hub.position:
                position, batch = await self._next(position)
                if batch:
                    yield batch
            if self._hub.epoch != epoch:
                raise PositionReset
            with self._attached(position):
                while True:
                    yield [*map(self._rendering.live, await self._queue.take())]

    async def _next(self, position: int) -> tuple[int, Sequence[T]]:
        """Return the next events after a position, and the position that they reach."""
        if entries := self._hub.ring.after(position, PAGE):
            seen = [entry for entry in entries if self._reader.sees(entry.record)]
            return entries[-1].record.position, [*map(self._rendering.live, seen)]
        page = await self._past.page(self._reader, position, PAGE)
        return page.next, [*map(self._rendering.past, page.events)]

    @contextmanager
    def _attached(self, position: int) -> Iterator[None]:
        self._queue.position = position
        with self._hub.attached(Follower(self._reader, position, self._queue)):
            yield
