"""Ring buffer of the newest frames, so that a reader that reconnects need not read the log."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from application.eventstore.envelope import RecordedEvent

MAX_EVENTS: Final = 10_000
MAX_BYTES: Final = 16 * 2**20


class Entry(msgspec.Struct):
    """An event and its encoded frame; an erasure redacts both.

    ``size`` is that of the original frame, in bytes, and counts in all bounds.
    """

    record: RecordedEvent
    frame: bytes
    size: int


class Ring:
    """Consecutive entries, bounded by count and by the bytes of their frames."""

    def __init__(self, *, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES) -> None:
        self._entries: deque[Entry] = deque()
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._bytes = 0

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> None:
        """Add the entry whose position follows the newest one."""
        self._entries.append(entry)
        self._bytes += entry.size
        while len(self._entries) > self._max_events or self._bytes > self._max_bytes:
            self._bytes -= self._entries.popleft().size

    def after(self, position: int, limit: int) -> Sequence[Entry]:
        """Return the entries after a position; none if the first of them is not in the ring."""
        if not self._entries:
            return ()
        start = position + 1 - self._entries[0].record.position
        return [*islice(self._entries, start, start + limit)] if start >= 0 else ()

    def clear(self) -> None:
        self._entries.clear()
        self._bytes = 0
