"""HTTP responses: status, headers and bytes, ready to send.

Handlers return them instead of Litestar's ``Response``, which costs more to prepare than a cached
read takes.
"""

from typing import Any, Final

import msgspec
from litestar.types import Receive, Scope, Send

from api.http.whole_response import respond_of
from api.request import Header

JSON: Final = (b"content-type", b"application/json")
VARY_ACCEPT: Final = (b"vary", b"accept")

encode: Final = msgspec.json.Encoder().encode


class Response:
    """A response: an ASGI application."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes = b"", *headers: Header, status: int = 200) -> None:
        self.body = body
        self.status = status
        self.headers = [*headers, (b"content-length", b"%d" % len(body))] if body else [*headers]

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        if respond_of(send)(self.status, self.headers, self.body):
            return
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


def json_response(value: Any, *headers: Header, status: int = 200) -> Response:
    """Answer with a value as JSON."""
    return Response(encode(value), JSON, *headers, status=status)


def no_content(*headers: Header) -> Response:
    """Answer 204, without a body."""
    return Response(b"", *headers, status=204)


def position_header(position: int) -> Header:
    """``X-Forge-Position``: the log position of a write's last event."""
    return (b"x-forge-position", b"%d" % position)


def etag_header(version: int) -> Header:
    """``ETag``: the aggregate's version, as a strong validator (RFC 9110, 8.8.3)."""
    return (b"etag", b'"%d"' % version)


def location_header(location: str) -> Header:
    """``Location``: a new resource, or where to go instead."""
    return (b"location", location.encode())


def attachment_header(name: str) -> Header:
    """``Content-Disposition``: have the body saved as a file of this name."""
    return (b"content-disposition", f'attachment; filename="{name}"'.encode())


async def wait_disconnect(receive: Receive) -> None:
    """Return when the client has closed its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
