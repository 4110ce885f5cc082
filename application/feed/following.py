"""One reader's way along the log: what it missed, then what comes, without gap or duplicate.

What it missed comes from the hub's ring where that reaches back far enough, else from the log, at
the reader's own pace. Once it has caught up with the hub it is attached, in the same breath.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Final

from application.feed.hub import Follower, Hub
from application.feed.past import Past
from application.feed.queue import FrameQueue
from application.feed.reader import Reader
from application.visibility import PositionReset

PAGE: Final = 200


class Following:
    """Follows from ``after`` on, or from the end of the log when that is ``None``."""

    def __init__(self, hub: Hub, past: Past, reader: Reader, after: int | None) -> None:
        self._hub = hub
        self._past = past
        self._reader = reader
        self._after = after
        self._queue = FrameQueue()

    async def ended(self) -> None:
        """Return once nothing more will come, though the reader may not have taken it all."""
        await self._queue.ended.wait()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield frames, some at a time, for good.

        Raises ``Lagged`` when the reader was too slow, ``PositionReset`` when the log ends, or has
        come to end, before what it knows, ``LogUnavailable`` when that cannot be read just now.
        """
        with self._hub.wanted():
            await self._hub.live.wait()
            epoch = self._hub.epoch
            position = await self._start()
            while position < self._hub.position:
                position, chunk = await self._next(position)
                if chunk:
                    yield chunk
            if self._hub.epoch != epoch:
                raise PositionReset
            with self._attached(position):
                while True:
                    yield await self._queue.take()

    async def _start(self) -> int:
        if self._after is None:
            return await self._past.head(0)
        if self._after > self._hub.position:
            await self._past.head(self._after)
        return self._after

    async def _next(self, position: int) -> tuple[int, bytes]:
        """Return the next frames after a position, and the position that they reach."""
        if entries := self._hub.ring.after(position, PAGE):
            frames = [entry.frame for entry in entries if self._reader.sees(entry.record)]
            return entries[-1].record.position, b"".join(frames)
        page = await self._past.page(self._reader, position, PAGE)
        return page.next, b"".join(map(self._hub.render, page.events))

    @contextmanager
    def _attached(self, position: int) -> Iterator[None]:
        self._queue.position = position
        with self._hub.attached(Follower(self._reader, position, self._queue)):
            yield
