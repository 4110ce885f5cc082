"""Server-sent events as bytes (WHATWG HTML, 9.2).

Apart from ``sse``: processes that serve no HTTP render frames, too, and start faster without it.
"""

from typing import Any

import msgspec

from application.feed.public_events.catalogue import PublicEvent

_encode = msgspec.json.Encoder().encode


def frame(event: str, data: Any, position: int | None = None) -> bytes:
    """Render an event; ``position`` is its id, from which a client resumes."""
    id_line = b"" if position is None else b"id: %d\n" % position
    return b"%bevent: %b\ndata: %b\n\n" % (id_line, event.encode(), _encode(data))


def event_frame(event: PublicEvent) -> bytes:
    """Render a public event; its id is its log position."""
    return frame(event.type, event, event.position)
