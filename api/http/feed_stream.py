"""The feed as server-sent events: ``lagged`` or ``reset`` ends a stream that cannot continue."""

import asyncio
from contextlib import aclosing
from typing import Any

from api.http.sse import FAREWELL_SECONDS, Frames
from api.http.sse_frames import frame
from application.eventstore.read_your_writes import PositionReset
from application.feed.feed import Feed
from application.feed.queue import ReaderLagged
from application.feed.subscription import Subscription


async def frames(feed: Feed, subscription: Subscription[bytes]) -> Frames:
    """Yield a subscription's events and, where it breaks off, a last one that says how to resume.

    ``lagged``: resume from the last id. ``reset``: resume from this id, the end of the log.
    """
    try:
        async with aclosing(subscription.batches()) as batches:
            async for batch in batches:
                yield b"".join(batch)
    except ReaderLagged as lagged:
        yield frame("lagged", {"after": lagged.after})
    except PositionReset:
        head = await feed.head()
        yield frame("reset", {"position": head}, head)


async def wait_ended(subscription: Subscription[Any]) -> None:
    """Return once a subscription has ended and its client has had time to read the last frames."""
    await subscription.wait_ended()
    await asyncio.sleep(FAREWELL_SECONDS)
