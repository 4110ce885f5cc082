"""A route that needs more of Litestar than its routing stops the start, with a reason."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from litestar import Litestar, Request, asgi, get
from litestar import Response as LitestarResponse
from litestar.datastructures import Cookie, ResponseHeader
from litestar.di import NamedDependency, Provide
from litestar.middleware import DefineMiddleware
from litestar.params import FromPath, FromQuery
from litestar.types import ASGIApp, Receive, Scope, Send

from api.dispatch.direct_route import UnreadableRoute
from api.dispatch.dispatcher import Dispatcher
from api.http.response import Response

AnyRequest = Request[Any, Any, Any]


async def nothing(*_: Any) -> None:
    pass


async def text() -> str:
    return "a"


def within(app: ASGIApp) -> ASGIApp:
    return app


@get("/a")
async def plain(request: AnyRequest) -> Response:
    return Response(request.method.encode())


@get("/a", sync_to_thread=False)
def blocking() -> Response:
    return Response()


@get("/a")
async def asks_for_a_query(name: FromQuery[str]) -> Response:
    return Response(name.encode())


@get("/a/{number:int}")
async def takes_a_number(number: FromPath[int]) -> Response:
    return Response(b"%d" % number)


@get("/a/{name:str}")
async def leaves_one_out() -> Response:
    return Response()


@get("/a")
async def returns_a_text() -> str:
    return "a"


@get("/a")
async def returns_theirs() -> LitestarResponse[str]:
    return LitestarResponse("a")


@get("/a")
async def returns_nothing() -> None:
    pass


@get("/a", guards=[nothing])
async def guarded() -> Response:
    return Response()


@get("/a", middleware=[DefineMiddleware(within)])
async def wrapped() -> Response:
    return Response()


@get("/a", dependencies={"value": Provide(text)})
async def dependent(value: NamedDependency[str]) -> Response:
    return Response(value.encode())


@get("/a", response_headers=[ResponseHeader(name="x-a", value="a")])
async def with_headers() -> Response:
    return Response()


@get("/a", response_cookies=[Cookie(key="a", value="a")])
async def with_cookies() -> Response:
    return Response()


@get("/a", after_response=nothing)
async def with_a_hook() -> Response:
    return Response()


@get("/a", after_request=lambda response: response)
async def with_another_hook() -> Response:
    return Response()


@get("/a", cache=True)
async def cached() -> Response:
    return Response()


@get("/a", exception_handlers={ValueError: lambda _, __: LitestarResponse("a")})
async def with_handlers() -> Response:
    return Response()


@asgi("/a", copy_scope=True)
async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
    pass


UNREADABLE: Final[tuple[Callable[..., Any], ...]] = (
    *(blocking, asks_for_a_query, takes_a_number, leaves_one_out),
    *(returns_a_text, returns_theirs, returns_nothing),
    *(guarded, wrapped, dependent, with_headers, with_cookies),
    *(with_a_hook, with_another_hook, cached, with_handlers, mounted),
)


def application(*routes: Any) -> Dispatcher:
    return Dispatcher(Litestar(routes, openapi_config=None, logging_config=None))


def test_a_coroutine_function_that_returns_a_response_is_read() -> None:
    assert application(plain).litestar.routes


@pytest.mark.parametrize("route", UNREADABLE, ids=str)
def test_another_route_is_refused_by_its_address(route: Callable[..., Any]) -> None:
    with pytest.raises(UnreadableRoute, match=r"^/a"):
        application(route)
