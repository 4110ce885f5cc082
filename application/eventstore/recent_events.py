"""Recent events of the log, kept in memory as they were appended or read.

Consumers near the head read from here, so that a process decodes an event at most once.
"""

from collections import deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from application.eventstore.envelope import RecordedEvent
from application.eventstore.redaction import KEY_DESTROYING, redacted


class RecentEvents:
    """A gapless run of records; a record that does not continue it starts it anew."""

    def __init__(self, *, longest: int = 20_000) -> None:
        self._records: deque[RecordedEvent] = deque(maxlen=longest)

    def offer(self, records: Sequence[RecordedEvent]) -> None:
        """Add records of consecutive positions, in order."""
        if not records:
            return
        kept = self._records
        if kept and records[0].position <= kept[-1].position:
            records = [record for record in records if record.position > kept[-1].position]
        elif kept and records[0].position != kept[-1].position + 1:
            kept.clear()
        kept.extend(records)
        self._forget({record.stream for record in records if type(record.event) in KEY_DESTROYING})

    def after(self, position: int, limit: int) -> Sequence[RecordedEvent]:
        """Return the records after ``position``; none if they are not all here."""
        kept = self._records
        if not kept or not kept[0].position <= position + 1 <= kept[-1].position:
            return ()
        start = position + 1 - kept[0].position
        return [kept[place] for place in range(start, min(start + limit, len(kept)))]

    def _forget(self, streams: AbstractSet[str]) -> None:
        """Redact the events of erased streams, as the log does."""
        for place, record in enumerate(self._records if streams else ()):
            if record.stream in streams:
                self._records[place] = replace(record, event=redacted(record.event))

    def clear(self) -> None:
        self._records.clear()
