"""One request's answer on its way out: completed with our headers, counted, and seen to begin."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any, TypeAlias

from api.edge.headers import CLOSE, completed, told
from api.http.draining import Draining

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
# Any: Litestar, uvicorn and httpx each type these three in their own way.
ASGIApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


class Exchange:
    """``status`` is 0 until the answer has begun; ``sent`` counts bytes of body.

    ``answered`` is when it began, by ``time.perf_counter()``: a stream's end says nothing of us.
    """

    __slots__ = (
        "_body_expected",
        "_draining",
        "_forward",
        "_headed",
        "_state",
        "answered",
        "request_id",
        "sent",
        "status",
    )

    def __init__(
        self, forward: Send, request_id: bytes, draining: Draining, state: Mapping[str, Any]
    ) -> None:
        self._forward = forward
        self._state = state
        self._draining = draining
        self._body_expected = False
        self._headed = False
        self.answered = 0.0
        self.request_id = request_id
        self.status = 0
        self.sent = 0

    def send(self, message: Message) -> Awaitable[None]:
        """Pass a message on. No coroutine of its own: this runs twice or more per request."""
        kind = message["type"]
        if kind == "http.response.start":
            self.status = message["status"]
            self.answered = time.perf_counter()
            headers = completed(message.get("headers", ()), self.request_id)
            if (standing := self._state.get("standing")) is not None:
                headers += told(standing)
            if self._draining.begun or self._body_expected:
                headers.append(CLOSE)
            message["headers"] = headers
        elif kind == "http.response.body":
            self.sent += len(message.get("body", b""))
        return self._forward(message)

    async def send_head(self, message: Message) -> None:
        """Pass on what ``GET`` would have answered, without its body, and end the answer there."""
        if message["type"] == "http.response.start":
            await self.send(message)
        elif not self._headed:
            self._headed = True
            await self._forward({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await asyncio.sleep(0)  # give way: an endless stream must hear that its reader is gone

    def send_socket(self, message: Message) -> Awaitable[None]:
        """Pass a socket's message on; its handshake's answer names the request, as all do."""
        kind = message["type"]
        if kind == "websocket.accept":
            self.status = HTTPStatus.SWITCHING_PROTOCOLS
            named = (b"x-request-id", self.request_id)
            message["headers"] = [*message.get("headers", ()), named]
        elif kind == "websocket.close" and not self.status:
            self.status = HTTPStatus.FORBIDDEN
        elif kind == "websocket.send":
            self.sent += len(message.get("bytes") or message.get("text") or "")
        return self._forward(message)

    def inviting(self, receive: Receive) -> Receive:
        """Watch whether a body that waits for ``100 Continue`` is ever asked for.

        If it is not, the client may send it or not, so nothing can follow on that connection.
        """
        self._body_expected = True

        def asked() -> Awaitable[Message]:
            self._body_expected = False
            return receive()

        return asked
