"""Server-sent events as bytes (WHATWG HTML, 9.2), for whoever sends them.

It knows nothing of HTTP: processes that answer no requests make the same objects, and start faster.
"""

from typing import Any

import msgspec

from application.feed.public_events.catalogue import PublicEvent

_encode = msgspec.json.Encoder().encode


def frame(event: str, data: Any, position: int | None = None) -> bytes:
    """Render one event; with a position, a reader that comes back resumes after it."""
    place = b"" if position is None else b"id: %d\n" % position
    return b"%bevent: %b\ndata: %b\n\n" % (place, event.encode(), _encode(data))


def event_frame(event: PublicEvent) -> bytes:
    return frame(event.type, event, event.position)
