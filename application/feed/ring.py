"""The newest events as they are sent, so that who was away a moment goes on without the log."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from application.eventstore.envelope import RecordedEvent

MAX_EVENTS: Final = 10_000
MAX_BYTES: Final = 16 * 2**20


class Entry(msgspec.Struct):
    """An event and the frame that every reader is sent; when it is erased both become less.

    ``size`` is that of the frame as it was first, and what it counts for wherever it waits.
    """

    record: RecordedEvent
    frame: bytes
    size: int


class Ring:
    """A run of entries without a gap, bounded by count and by the bytes of their frames."""

    def __init__(self, *, most_events: int = MAX_EVENTS, most_bytes: int = MAX_BYTES) -> None:
        self._entries: deque[Entry] = deque()
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._bytes = 0

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def add(self, entry: Entry) -> None:
        """Take in the entry whose position follows the newest here."""
        self._entries.append(entry)
        self._bytes += entry.size
        while len(self._entries) > self._most_events or self._bytes > self._most_bytes:
            self._bytes -= self._entries.popleft().size

    def after(self, position: int, limit: int) -> Sequence[Entry]:
        """Return the entries that follow a position; none if they are not all known here."""
        if not self._entries:
            return ()
        start = position + 1 - self._entries[0].record.position
        return [*islice(self._entries, start, start + limit)] if start >= 0 else ()

    def clear(self) -> None:
        self._entries.clear()
        self._bytes = 0
