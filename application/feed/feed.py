"""The event feed: the log as its organisations may read it, by the page and as it happens."""

from application.feed.history import FeedHistory, FeedPage
from application.feed.hub import Hub
from application.feed.public_events.catalogue import PublicEvent
from application.feed.reader import Reader
from application.feed.subscription import EVENTS, Subscription, frames_of


class Feed:
    def __init__(self, hub: Hub, past: FeedHistory) -> None:
        self._hub = hub
        self._past = past

    async def page(self, reader: Reader, after: int, limit: int) -> FeedPage:
        """Return the next events; raises ``PositionReset`` when ``after`` lies beyond the log."""
        return await self._past.page(reader, after, limit)

    async def head(self, at_least: int = 0) -> int:
        """Return where the log ends; raises ``PositionReset`` when that is before ``at_least``."""
        return await self._past.head(at_least)

    def follow(self, reader: Reader, after: int) -> Subscription[bytes]:
        """Follow from a position on, as frames that all readers get."""
        return Subscription(self._hub, self._past, reader, after, frames_of(self._hub))

    def events(self, reader: Reader, after: int) -> Subscription[PublicEvent]:
        """Follow the same as events, for who tells of them in words of its own."""
        return Subscription(self._hub, self._past, reader, after, EVENTS)
