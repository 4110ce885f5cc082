"""The outermost ASGI layer: what holds for every request, also those no route will see.

Litestar's middleware does not run for the router's own 404 and 405, so request ids, security
headers, Host and Origin rules, HEAD and the access log live out here.
"""

import time
from collections.abc import Mapping

import structlog

from api.edge.access_log import AccessLog
from api.edge.exchange import ASGIApp, Exchange, Receive, Scope, Send
from api.edge.hosts import HostPolicy
from api.edge.measuring import RequestMetrics
from api.edge.refusing import refuse, refuse_socket
from api.edge.request_ids import request_id_from
from api.http.draining import Draining
from api.http.envelopes.problem import INTERNAL_ERROR

Headers = Mapping[bytes, bytes]

_log = structlog.get_logger(__name__)


class Edge:
    """Wraps the application; without an ``access_log`` none is kept."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: HostPolicy,
        draining: Draining,
        access_log: AccessLog | None,
        measuring: RequestMetrics,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._draining = draining
        self._access_log = access_log
        self._measuring = measuring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        began = time.perf_counter()
        headers: Headers = dict(scope["headers"])
        request_id = request_id_from(headers.get(b"x-request-id"))
        scope.setdefault("state", {}).update(request_id=request_id.decode(), headers=headers)
        exchange = Exchange(send, request_id, self._draining, scope["state"])
        self._measuring.began()
        try:
            if scope["type"] == "websocket":
                await self._converse(scope, receive, exchange, headers)
            else:
                await self._answer(scope, receive, exchange, headers)
        finally:
            self._measuring.ended(scope, exchange, began)
            if self._access_log is not None:
                self._access_log.record(scope, exchange, began)

    async def _answer(
        self, scope: Scope, receive: Receive, exchange: Exchange, headers: Headers
    ) -> None:
        if b"expect" in headers:
            receive = exchange.inviting(receive)
        send: Send = exchange.send
        if scope["method"] == "HEAD":
            send = exchange.send_head
        if problem := self._hosts.objection(headers):
            await refuse(scope, send, problem)
            return
        try:
            await self._serve(scope, receive, send)
        except Exception:  # noqa: BLE001  (the last resort: nothing above could answer)
            _log.error("request failed", request_id=exchange.request_id.decode(), exc_info=True)
            # Once an answer has begun it can only be left short: the server then cuts the line.
            if not exchange.status:
                await refuse(scope, send, INTERNAL_ERROR)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the application a ``GET`` where ``HEAD`` was asked.

        In a copy: the server goes by its own scope, and sends no body for ``HEAD``.
        """
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        shown = {**scope, "method": "GET"}
        scope["state"]["head"] = True
        await self._app(shown, receive, send)
        scope["path_template"] = shown.get("path_template")

    async def _converse(
        self, scope: Scope, receive: Receive, exchange: Exchange, headers: Headers
    ) -> None:
        if self._hosts.objection(headers):
            await refuse_socket(exchange.send_socket)
        else:
            await self._app(scope, receive, exchange.send_socket)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if self._access_log is not None:
                self._access_log.flush()
