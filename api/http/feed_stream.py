"""Public events as server-sent events, and what a stream says when it cannot go on."""

import asyncio
from contextlib import aclosing
from typing import Any

from api.http.sse import FAREWELL_SECONDS, Frames
from api.http.sse_frames import frame
from application.eventstore.read_your_writes import PositionReset
from application.feed.feed import Feed
from application.feed.queue import ReaderLagged
from application.feed.subscription import Subscription


async def frames(feed: Feed, following: Subscription[bytes]) -> Frames:
    """Yield what a reader follows and, where it has to begin anew, a last event that says how.

    ``lagged`` leaves the reader's place as it is; ``reset`` moves it to where the log ends.
    """
    try:
        async with aclosing(following.batches()) as batches:
            async for batch in batches:
                yield b"".join(batch)
    except ReaderLagged as lagged:
        yield frame("lagged", {"after": lagged.after})
    except PositionReset:
        head = await feed.head()
        yield frame("reset", {"position": head}, head)


async def given_up(following: Subscription[Any]) -> None:
    """Return when there is no more to come, and a reader that takes anything has taken the last."""
    await following.wait_ended()
    await asyncio.sleep(FAREWELL_SECONDS)
