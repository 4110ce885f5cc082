"""The dispatcher's table finds what Litestar's router finds, and else nothing."""

from typing import Any, Final, TypeAlias

import pytest
from litestar import Litestar, WebSocket, get, post, websocket
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from api.dispatch.route_table import RouteTable
from api.http.response import Response

AnySocket: TypeAlias = WebSocket[Any, Any, Any]


@get("/notes")
async def notes() -> Response:
    return Response()


@get("/notes/newest")
async def newest() -> Response:
    return Response()


@post("/notes/{note:str}")
async def write(note: FromPath[str]) -> Response:
    return Response(note.encode())


@get("/notes/{note:str}/lines/{line:str}")
async def line(note: FromPath[str], line: FromPath[str]) -> Response:
    return Response((note + line).encode())


@get("/notes/pinned/lines/first")
async def pinned() -> Response:
    return Response()


@get("/notes/pinned/authors/{author:str}")
async def author(author: FromPath[str]) -> Response:
    return Response(author.encode())


@websocket("/ws")
async def socket(socket: AnySocket) -> None:
    await socket.accept()


APP: Final = Litestar(
    [notes, newest, write, line, pinned, author, socket], openapi_config=None, logging_config=None
)
PATHS: Final = (
    *("/notes", "/notes/newest", "/notes/a", "/notes/%00", "/notes/a b"),
    *("/notes/a/lines/1", "/notes/newest/lines/1", "/notes/pinned/lines/first"),
    *("/notes/pinned/lines/second", "/notes/pinned/authors/ada", "/notes/a/lines"),
    *("/", "", "/other", "/notes/a/lines/1/2", "/notes/lines", "/ws", "notes", "/notes/a/LINES/1"),
)
DETOURS: Final = ("/notes/", "//notes", "/notes//lines/1", "/notes/a/lines/", "/notes/a//lines/1")


def routed(method: Any, path: str) -> tuple[HTTPRouteHandler, dict[str, str]] | None:
    """Return what Litestar's own router finds."""
    try:
        found = APP.asgi_router.handle_routing(path=path, method=method)
    except HTTPException:
        return None
    return found[1], found[3]  # type: ignore[return-value]  # there are no other handlers


@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
@pytest.mark.parametrize("path", PATHS)
def test_it_finds_what_the_router_finds(method: str, path: str) -> None:
    found = RouteTable(APP.routes).find(method, path)

    theirs = routed(method, path)
    ours = found and (found[0].handler, dict(zip(found[0].names, found[1], strict=True)))
    assert ours == theirs


@pytest.mark.parametrize("path", DETOURS)
def test_an_address_that_the_router_would_rewrite_is_left_to_it(path: str) -> None:
    assert RouteTable(APP.routes).find("GET", path) is None


def test_options_are_left_to_the_router() -> None:
    assert RouteTable(APP.routes).find("OPTIONS", "/notes") is None


def test_the_template_is_the_routers() -> None:
    found = RouteTable(APP.routes).find("GET", "/notes/a/lines/1")

    assert found is not None
    assert found[0].template == "/notes/{note}/lines/{line}"
