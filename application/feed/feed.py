"""The event feed: an organisation's events by page, and live."""

from application.feed.history import FeedHistory, FeedPage
from application.feed.hub import Hub
from application.feed.public_events.catalogue import PublicEvent
from application.feed.reader import Reader
from application.feed.subscription import EVENTS, Subscription, frames_of


class Feed:
    def __init__(self, hub: Hub, history: FeedHistory) -> None:
        self._hub = hub
        self._history = history

    async def page(self, reader: Reader, after: int, limit: int) -> FeedPage:
        """Return the next events; raises ``PositionReset`` when ``after`` is beyond the log."""
        return await self._history.page(reader, after, limit)

    async def head(self, at_least: int = 0) -> int:
        """Return the last position; raises ``PositionReset`` when it is before ``at_least``."""
        return await self._history.head(at_least)

    def follow(self, reader: Reader, after: int) -> Subscription[bytes]:
        """Follow from a position on, as encoded frames that all readers share."""
        return Subscription(self._hub, self._history, reader, after, frames_of(self._hub))

    def events(self, reader: Reader, after: int) -> Subscription[PublicEvent]:
        """Follow from a position on, as events, for surfaces with an encoding of their own."""
        return Subscription(self._hub, self._history, reader, after, EVENTS)
