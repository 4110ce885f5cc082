"""Our protocol sends what uvicorn's sends, and a whole response in one write."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.edge.exchange import ASGIApp
from api.edge.http_protocol import HttpProtocol, close_idle
from api.http.response import Response
from tests.api.edge.wire import Wire, served

pytestmark = pytest.mark.anyio


def start(status: int, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": [*headers]}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def length(number: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % number)


def answering(*messages: dict[str, Any], error: Exception | None = None) -> ASGIApp:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            await send({**message})
        if error is not None:
            raise error

    return app


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    data = b""
    while True:
        message = await receive()
        data += message.get("body", b"")
        if not message.get("more_body"):
            break
    await send(start(200, length(len(data))))
    await send(body(data))


async def hang_up_seen(_scope: Any, receive: Any, send: Any) -> None:
    first = await receive()
    await send(start(200, length(2)))
    await send(body(b"ok"))
    last = await receive()
    assert (first["type"], last["type"]) == ("http.request", "http.disconnect")


async def tell(scope: Any, _receive: Any, send: Any) -> None:
    kept = ("type", "http_version", "scheme", "method", "path", "raw_path", "query_string")
    told = repr([scope[name] for name in kept]).encode()
    await send(start(200, length(len(told))))
    await send(body(told))


def head(line: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([line, b"Host: localhost", *headers, b"", b""])


GET: Final = head(b"GET /a%20b?c=d HTTP/1.1")
KEEP_ALIVE: Final = 5
HEAD: Final = head(b"HEAD / HTTP/1.1")
OLD: Final = head(b"GET / HTTP/1.0")
LAST: Final = head(b"GET / HTTP/1.1", b"Connection: close")
POST: Final = head(b"POST / HTTP/1.1", b"Content-Length: 5") + b"hello"
CHUNKED: Final = (
    head(b"POST / HTTP/1.1", b"Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n"
)
EXPECTING: Final = head(b"POST / HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 5")
BIG: Final = b"x" * 1_000_000
UPLOAD: Final = head(b"POST / HTTP/1.1", b"Content-Length: 1000000")
NONSENSE: Final = (b"GET\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n")
REQUESTS: Final[Sequence[tuple[bytes, ...]]] = (
    *((GET,), (HEAD,), (OLD,), (LAST,), (POST,), (CHUNKED,), (EXPECTING, b"hello")),
    *((GET + HEAD + POST,), (GET[:9], GET[9:]), (POST[:-2], POST[-2:]), (LAST + GET,)),
    (UPLOAD, *(BIG[:100_000] for _ in range(10)), GET),
    *((bad,) for bad in NONSENSE),
)
COOKIES: Final = ((b"set-cookie", b"a=b"), (b"set-cookie", b"c=d"))
JSON: Final = (b"content-type", b"application/json")
WHOLE: Final[dict[str, ASGIApp]] = {
    "whole": Response(b"ok", JSON),
    "whole, without a body": Response(b"", (b"etag", b'"1"'), status=304),
    "whole, with cookies": Response(b"ok", *COOKIES),
    "whole, in Latin-1": Response(b"ok", (b"x-a", b"\xe9\t\xff")),
    "whole and big": Response(BIG, JSON),
}
APPS: Final[dict[str, ASGIApp]] = {
    **WHOLE,
    "whole, without a length": Response(b""),
    "whole, to be the last": Response(b"ok", (b"connection", b"close")),
    "whole, in chunks": Response(b"ok", (b"transfer-encoding", b"chunked")),
    "a small response": answering(start(200, length(2)), body(b"ok")),
    "a response without a body": answering(start(204), body(b"")),
    "not modified": answering(start(304, (b"etag", b'"1"')), body(b"")),
    "an empty body": answering(start(200, length(0)), body(b"")),
    "a big response": answering(start(200, length(len(BIG))), body(BIG)),
    "no length": answering(start(200), body(b"ok")),
    "a stream": answering(start(200), body(b"a", more=True), body(b"b", more=True), body(b"")),
    "two parts": answering(start(200, length(2)), body(b"o", more=True), body(b"k")),
    "a close": answering(start(200, length(2), (b"connection", b"close")), body(b"ok")),
    "chunks": answering(start(200, (b"transfer-encoding", b"chunked")), body(b"ok")),
    "too long": answering(start(200, length(1)), body(b"ok")),
    "too short": answering(start(200, length(3)), body(b"ok")),
    "nothing": answering(),
    "an early failure": answering(error=ValueError()),
    "a failure after the end": answering(start(200, length(2)), body(b"ok"), error=ValueError()),
    "a failure in a stream": answering(start(200), body(b"a", more=True), error=ValueError()),
    "an upper-case name": answering(
        start(200, (b"X-A", b"B"), (b"Content-Length", b"2")), body(b"ok")
    ),
    "cookies": answering(start(200, *COOKIES, length(2)), body(b"ok")),
    "Latin-1": answering(start(200, (b"x-a", b"\xe9\t\xff"), length(2)), body(b"ok")),
    "the body sent": echo,
    "the end of the connection": hang_up_seen,
    "a body that is not read": answering(start(413, length(2)), body(b"no")),
    "the scope": tell,
}


@pytest.mark.parametrize("requests", REQUESTS, ids=lambda some: repr(some[0][:40]))
@pytest.mark.parametrize("name", APPS)
async def test_it_sends_what_uvicorn_sends(name: str, requests: Sequence[bytes]) -> None:
    theirs = await served(HttpToolsProtocol, APPS[name], *requests)
    ours = await served(HttpProtocol, APPS[name], *requests)

    assert _unordered(ours.received) == _unordered(theirs.received)
    assert ours.closed == theirs.closed


@pytest.mark.parametrize("name", WHOLE)
async def test_a_whole_response_is_one_write(name: str) -> None:
    ours = await served(HttpProtocol, WHOLE[name], GET)

    assert len(ours.writes) == 1


@pytest.mark.parametrize(
    "header",
    [(b"x-a", b"b\r\nx-c: d"), (b"x-a", b"\0"), (b"x a", b"b"), (b"", b"b"), (b"a:", b"b")],
)
async def test_a_header_that_would_break_the_head_is_a_500(header: tuple[bytes, bytes]) -> None:
    ours = await served(HttpProtocol, Response(b"ok", header, (header[0], b"fine")), GET)

    assert ours.received.startswith(b"HTTP/1.1 500 ")
    assert b": ".join(header) not in ours.received


async def test_the_head_of_a_stream_does_not_wait_for_its_body() -> None:
    seen: list[bytes] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(start(200, (b"content-type", b"text/event-stream")))
        seen.append(b"".join(wires[0].writes))
        await send(body(b""))

    wires: list[Wire] = []
    await served(HttpProtocol, app, GET, meet=lambda protocol: wires.append(protocol.transport))

    assert seen[0].endswith(b"\r\n\r\n")


async def test_a_slow_client_is_waited_for_before_the_response() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        connection[0].pause_writing()
        asyncio.get_running_loop().call_soon(connection[0].resume_writing)
        await Response(b"ok")(scope, receive, send)

    connection: list[Any] = []
    ours = await served(HttpProtocol, app, GET, meet=connection.append)

    assert ours.received.endswith(b"\r\n\r\nok")
    assert len(ours.writes) == 2


async def test_an_idle_connection_is_closed_and_a_busy_one_is_not() -> None:
    closed: list[bool] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        close_idle(connections, now() + 1_000)
        closed.append(connections[0].transport.is_closing())
        await send(start(200, length(2)))
        await send(body(b"ok"))
        for seconds in (KEEP_ALIVE - 1, KEEP_ALIVE + 1):
            close_idle(connections, now() + seconds)
            closed.append(connections[0].transport.is_closing())

    now, connections = asyncio.get_running_loop().time, list[HttpProtocol]()
    ours = await served(HttpProtocol, app, GET, meet=connections.append)

    assert ours.received.endswith(b"ok")
    assert closed == [False, False, True]


async def test_a_client_that_has_gone_gets_nothing() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        connection[0].connection_lost(None)
        await Response(b"ok")(scope, receive, send)

    connection: list[Any] = []
    ours = await served(HttpProtocol, app, GET, meet=connection.append)

    assert ours.writes == []


def _unordered(data: bytes) -> list[bytes]:
    """Return heads and bodies, without the order of ``connection`` among the headers of a head."""
    parts = re.split(rb"(?=HTTP/1\.1 )", data)
    return [b"\r\n".join(sorted(part.split(b"\r\n"))) for part in parts]
