"""Bounded queue of the frames for one reader."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from application.feed.ring import Entry

MAX_BYTES: Final = 2**20
CHUNK_BYTES: Final = 2**16
"""Bytes taken at once: bounds what has left the queue for a slow reader as well."""


class ReaderLagged(Exception):
    """The reader was too slow; it has received all events up to ``after``."""

    def __init__(self, after: int) -> None:
        super().__init__(after)
        self.after = after


class FrameQueue:
    """The queue; ``ended`` is set at its end, ``position`` is that of the last entry taken."""

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self.ended = asyncio.Event()
        self.position = 0
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._max_bytes = max_bytes
        self._reason: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def put(self, entry: Entry) -> None:
        """Add an entry; if too much is waiting already, end the queue with ``ReaderLagged``."""
        if self._reason is not None:
            return
        if self._bytes + entry.size > self._max_bytes and self._entries:
            self.end(ReaderLagged(self.position))
            return
        self._entries.append(entry)
        self._bytes += entry.size
        self._wake()

    def end(self, reason: Exception) -> None:
        """Drop all entries; the next ``take`` raises the reason."""
        self._entries.clear()
        self._bytes = 0
        self._reason = reason
        self.ended.set()
        self._wake()

    async def take(self) -> Sequence[Entry]:
        """Wait for entries and return up to ``CHUNK_BYTES``; raises the reason after the end."""
        while not self._entries:
            if self._reason is not None:
                raise self._reason
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        taken, size = list[Entry](), 0
        while self._entries and size < CHUNK_BYTES:
            entry = self._entries.popleft()
            self.position = entry.record.position
            taken.append(entry)
            size += entry.size
        self._bytes -= size
        return taken

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
