"""Wraps ``send`` of one request: adds headers, counts bytes, records status and start."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from api.edge.headers import (
    CONNECTION_CLOSE,
    Header,
    ResponseHeaders,
    rate_limit_headers,
    with_standard_headers,
)
from api.http.draining import Draining
from api.http.whole_response import respond_of

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
# Any: Litestar, uvicorn and httpx each type these three in their own way.
ASGIApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


class Exchange:
    """``status`` is 0 until the response has started; ``sent`` counts bytes of its body.

    ``started_at`` is when it started, by ``time.perf_counter()``: latency ends there, because the
    client decides how long a stream lasts.
    """

    __slots__ = (
        "_body_expected",
        "_draining",
        "_forward",
        "_respond",
        "_state",
        "request_id",
        "sent",
        "started_at",
        "status",
    )

    def __init__(
        self, forward: Send, request_id: bytes, draining: Draining, state: Mapping[str, Any]
    ) -> None:
        self._forward = forward
        self._respond = respond_of(forward)
        self._state = state
        self._draining = draining
        self._body_expected = False
        self.started_at = 0.0
        self.request_id = request_id
        self.status = 0
        self.sent = 0

    def respond(self, status: int, headers: Sequence[Header], body: bytes) -> bool:
        """Forward a whole response (``api.http.whole_response``)."""
        started_at = time.perf_counter()
        if not self._respond(status, self._headers(headers), body):
            return False
        self.status, self.started_at, self.sent = status, started_at, len(body)
        return True

    def send(self, message: Message) -> Awaitable[None]:
        """Forward a message. No coroutine of its own: this runs twice or more per request."""
        kind = message["type"]
        if kind == "http.response.start":
            self.status = message["status"]
            self.started_at = time.perf_counter()
            message["headers"] = self._headers(message.get("headers", ()))
        elif kind == "http.response.body":
            self.sent += len(message.get("body", b""))
        return self._forward(message)

    def _headers(self, headers: Sequence[Header]) -> ResponseHeaders:
        together = with_standard_headers(headers, self.request_id)
        if (rate_limit := self._state.get("rate_limit_status")) is not None:
            together += rate_limit_headers(rate_limit)
        if self._draining.begun or self._body_expected:
            together.append(CONNECTION_CLOSE)
        return together

    def send_socket(self, message: Message) -> Awaitable[None]:
        """Forward a WebSocket message; the handshake's response has ``X-Request-Id``, too."""
        kind = message["type"]
        if kind == "websocket.accept":
            self.status = HTTPStatus.SWITCHING_PROTOCOLS
            request_id = (b"x-request-id", self.request_id)
            message["headers"] = [*message.get("headers", ()), request_id]
        elif kind == "websocket.close" and not self.status:
            self.status = HTTPStatus.FORBIDDEN
        elif kind == "websocket.send":
            self.sent += len(message.get("bytes") or message.get("text") or "")
        return self._forward(message)

    def watch_continue(self, receive: Receive) -> Receive:
        """Note whether a body that waits for ``100 Continue`` is received.

        If not, the client may still send it or not, so the connection cannot be used again.
        """
        self._body_expected = True

        def receive_body() -> Awaitable[Message]:
            self._body_expected = False
            return receive()

        return receive_body


class HeadOnly:
    """Sends the head of a ``GET`` response, without its body (``HEAD``)."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._ended = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._exchange.send(message)
        elif not self._ended:
            self._ended = True
            end = {"type": "http.response.body", "body": b"", "more_body": False}
            await self._exchange.send(end)
        else:
            await asyncio.sleep(0)  # yield: an endless stream must learn of the disconnect
