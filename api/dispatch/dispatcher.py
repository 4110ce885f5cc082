"""Dispatcher: calls handlers directly, on Litestar's routes and with its error handlers.

What Litestar does between its router and a handler takes as long as a cached read. Its routing,
API documents, OPTIONS, 404 and 405 stay: a request without a direct route is passed on to it.
"""

from typing import Any

from litestar import Litestar, Request

from api.dispatch.route_table import RouteTable
from api.http.errors import error_response
from api.request import AnyRequest


class Dispatcher:
    """An ASGI application; ``litestar`` is the one that it stands before.

    Raises ``UnreadableRoute`` when it is made of an application with a route that is not direct.
    """

    def __init__(self, litestar: Litestar) -> None:
        self.litestar = litestar
        self._routes = RouteTable(litestar.routes)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        http = scope["type"] == "http"
        if not http or (found := self._routes.find(scope["method"], scope["path"])) is None:
            await self.litestar(scope, receive, send)
            return
        route, texts = found
        scope["litestar_app"] = self.litestar
        scope["route_handler"], scope["path_template"] = route.handler, route.template
        request: AnyRequest = Request(scope, receive, send)
        try:
            if route.admit is not None:
                await route.admit(request)
            response = await route.answer(**route.arguments(request, texts))
        except Exception as error:  # noqa: BLE001 - the table has an answer to each
            response = error_response(request, error)
        await response(scope, receive, send)
