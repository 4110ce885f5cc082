"""Tracing middleware: one span per request. Left out where tracing is off."""

from typing import Final

from api.edge.exchange import ASGIApp, Message, Receive, Scope, Send
from api.edge.request_ids import ACCEPTED
from application.telemetry.tracing import Tracing

PROBES: Final = frozenset({"/livez", "/readyz", "/metrics"})
REQUEST_ID: Final = b"x-request-id"


class Traced:
    """Makes the request id if the client sent none, and passes it on: it is the span's name."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        sent, parent = headers.get(REQUEST_ID), headers.get(b"traceparent")
        known = sent.decode() if sent is not None and ACCEPTED.fullmatch(sent) else None
        span = self._tracing.request(scope["method"], known, parent and parent.decode("latin-1"))
        others = [header for header in scope["headers"] if header[0] != REQUEST_ID]
        scope["headers"] = [*others, (REQUEST_ID, span.request_id.encode())]
        status = 0

        async def send_and_watch(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, send_and_watch)
        finally:
            span.end(scope.get("path_template"), status)
