"""Events that have happened, by the page: what a reader sees of the log after a position."""

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
"""How much of the log is looked through for one page: where nothing is visible it is empty."""


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
        """Return where the log ends; raises ``PositionReset`` when that is before ``after``."""
        head = await self._stored_head()
        if after > head:
            raise PositionReset(f"{after} lies beyond the log, which ends at {head}. Read anew.")
        self._log.head.advance(head)
        return head

    async def page(self, reader: Reader, after: int, limit: int) -> FeedPage:
        """Return the next events visible to a reader, of all that is recorded by now.

        Far fewer may come than were asked for; ``next`` makes progress as long as there is more.
        """
        head = await self.head(after)
        if reader.stream is not None:
            wanted = EventFilter(since=after, until=head, limit=limit)
            return await self._of_stream(reader, reader.stream, wanted)
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

    async def _of_stream(self, reader: Reader, stream: str, wanted: EventFilter) -> FeedPage:
        """Go to one stream directly; another organisation's ends where a missing one does."""
        records, following = await self._trail.select(stream, wanted)
        while following is not None and not records:
            wanted = replace(wanted, after=following)
            records, following = await self._trail.select(stream, wanted)
        if following is None or records[0].origin.org_id != reader.org_id:
            following = wanted.until
        else:
            following = records[-1].position
        return FeedPage([public(record) for record in records if reader.sees(record)], following)
