"""History of the feed: pages of the events a reader may see, after a position."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from application.audit.audit import AuditTrail, EventFilter
from application.eventstore.event_store import EventLog
from application.eventstore.read_your_writes import PositionReset
from application.feed.public_events.catalogue import PublicEvent, public
from application.feed.reader import Reader

WINDOW: Final = 500
WINDOWS: Final = 4
"""Windows scanned for one page; if none of their events is visible, the page is empty."""


class FeedPage(msgspec.Struct, frozen=True):
    """``next`` is the ``after`` that goes on from here; at the end it stays what it is."""

    events: Sequence[PublicEvent]
    next: int


class FeedHistory:
    def __init__(
        self, log: EventLog, trail: AuditTrail, stored_head: Callable[[], Awaitable[int]]
    ) -> None:
        self._log = log
        self._trail = trail
        self._stored_head = stored_head

    async def head(self, after: int) -> int:
        """Return the last position; raises ``PositionReset`` when it is before ``after``."""
        head = await self._stored_head()
        if after > head:
            raise PositionReset(f"{after} lies beyond the log, which ends at {head}. Read anew.")
        self._log.head.advance(head)
        return head

    async def page(self, reader: Reader, after: int, limit: int) -> FeedPage:
        """Return the next events that a reader may see, of those recorded by now.

        A page may be short, even empty; ``next`` advances as long as there are more events.
        """
        head = await self.head(after)
        if reader.stream is not None:
            event_filter = EventFilter(since=after, until=head, limit=limit)
            return await self._of_stream(reader, reader.stream, event_filter)
        found: list[PublicEvent] = []
        reached = after
        for window in (limit, *[WINDOW] * WINDOWS):
            if reached >= head:
                break
            for record in await self._log.page(after=reached, limit=window):
                reached = record.position
                if reader.sees(record):
                    found.append(public(record))
                if len(found) == limit:
                    return FeedPage(found, reached)
        return FeedPage(found, reached)

    async def _of_stream(self, reader: Reader, stream: str, event_filter: EventFilter) -> FeedPage:
        """Read one stream directly; another organisation's looks like a missing one."""
        records, following = await self._trail.select(stream, event_filter)
        while following is not None and not records:
            event_filter = replace(event_filter, after=following)
            records, following = await self._trail.select(stream, event_filter)
        if following is None or records[0].origin.org_id != reader.org_id:
            following = event_filter.until
        else:
            following = records[-1].position
        return FeedPage([public(record) for record in records if reader.sees(record)], following)
