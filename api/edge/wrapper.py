"""The outermost ASGI layer, for every request, also those without a route.

Litestar's middleware does not run for the router's own 404 and 405, so request ids, security
headers, Host and Origin checks, HEAD and the access log are here.
"""

import time
from collections.abc import Mapping

import structlog

from api.edge.access_log import AccessLog
from api.edge.exchange import ASGIApp, Exchange, HeadOnly, Receive, Scope, Send
from api.edge.hosts import HostPolicy
from api.edge.measuring import RequestMetrics
from api.edge.refusing import reject_socket, send_problem
from api.edge.request_ids import request_id_from
from api.http.draining import Draining
from api.http.envelopes.problem import INTERNAL_ERROR

Headers = Mapping[bytes, bytes]

_log = structlog.get_logger(__name__)


class Edge:
    """Wraps the application; ``access_log`` is ``None`` where requests are not logged."""

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
            await self._serve_lifespan(scope, receive, send)
            return
        started = time.perf_counter()
        headers: Headers = dict(scope["headers"])
        request_id = request_id_from(headers.get(b"x-request-id"))
        state = scope.setdefault("state", {})
        state["request_id"], state["headers"] = request_id.decode(), headers
        exchange = Exchange(send, request_id, self._draining, state)
        self._measuring.start()
        try:
            if scope["type"] == "websocket":
                await self._serve_socket(scope, receive, exchange, headers)
            else:
                await self._answer(scope, receive, exchange, headers)
        finally:
            self._measuring.finish(scope, exchange, started)
            if self._access_log is not None:
                self._access_log.record(scope, exchange, started)

    async def _answer(
        self, scope: Scope, receive: Receive, exchange: Exchange, headers: Headers
    ) -> None:
        send: Send = exchange.send
        inner = scope
        if b"expect" in headers:
            receive = exchange.watch_continue(receive)
        if scope["method"] == "HEAD":
            send, inner = HeadOnly(exchange).send, _as_get(scope)
        if problem := self._hosts.check(headers):
            await send_problem(scope, send, problem)
            return
        try:
            await self._app(inner, receive, send)
        except Exception:  # noqa: BLE001  (the outermost handler: there is none above)
            _log.error("request failed", request_id=exchange.request_id.decode(), exc_info=True)
            # A response that has started can only be left incomplete: the server then disconnects.
            if not exchange.status:
                await send_problem(scope, send, INTERNAL_ERROR)
        if inner is not scope:
            scope["path_template"] = inner.get("path_template")

    async def _serve_socket(
        self, scope: Scope, receive: Receive, exchange: Exchange, headers: Headers
    ) -> None:
        if self._hosts.check(headers):
            await reject_socket(exchange.send_socket)
        else:
            await self._app(scope, receive, exchange.send_socket)

    async def _serve_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if self._access_log is not None:
                self._access_log.flush()


def _as_get(scope: Scope) -> Scope:
    """Return a ``HEAD`` request as a ``GET``, for the application.

    In a copy, because the server reads its own, and sends no body for ``HEAD``.
    """
    scope["state"]["head"] = True
    return {**scope, "method": "GET"}
