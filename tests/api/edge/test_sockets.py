"""The edge on real sockets, behind the server that production uses."""

import anyio
import httpx
import pytest
from anyio.abc import SocketStream
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.api.sample import LIMIT
from tests.api.serving import edge, listening

pytestmark = pytest.mark.anyio

DOCUMENTS = "/api/v1/documents"
HUGE = 10 * 2**30
SECONDS = 10


async def heads(stream: SocketStream, count: int = 1) -> bytes:
    """Read until ``count`` answers' headers have come, or the other side closes."""
    read = b""
    with anyio.fail_after(SECONDS):
        while read.count(b"\r\n\r\n") < count:
            try:
                read += await stream.receive()
            except anyio.EndOfStream:
                break
    return read


def post(length: int, *headers: str) -> bytes:
    lines = [f"POST {DOCUMENTS} HTTP/1.1", "Host: localhost", f"Content-Length: {length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_a_body_announced_too_large_is_refused_unread() -> None:
    async with listening(edge()) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(post(HUGE) + b"x" * 1000)

        assert (await heads(stream)).startswith(b"HTTP/1.1 413 ")


async def test_a_refused_body_that_arrives_all_the_same_leaves_the_connection_usable() -> None:
    async with listening(edge()) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        size = LIMIT + 500_000
        await stream.send(post(size) + b"x" * size)
        refused = await heads(stream)
        await stream.send(f"HEAD {DOCUMENTS} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        served = await heads(stream)

    assert refused.startswith(b"HTTP/1.1 413 ")
    assert b"HTTP/1.1 200 " in served


async def test_expect_continue_with_a_bad_request_is_refused_and_closed() -> None:
    async with listening(edge()) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(post(HUGE, "Expect: 100-continue"))
        refused = await heads(stream, count=99)

    assert refused.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in refused
    assert b"100 Continue" not in refused


async def test_expect_continue_with_a_good_request_gets_100_continue() -> None:
    body = b'{"name":"a"}'
    async with listening(edge()) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        await stream.send(post(len(body), "Expect: 100-continue"))
        asked = await heads(stream)
        await stream.send(body)
        served = await heads(stream)

    assert asked == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert served.startswith(b"HTTP/1.1 201 ")
    assert b"connection: close" not in served


async def test_a_chunked_body_is_cut_off_at_the_limit() -> None:
    async with listening(edge()) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        head = f"POST {DOCUMENTS} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        await stream.send(head.encode())
        await stream.send(b"%x\r\n%s\r\n" % (LIMIT + 1, b"x" * (LIMIT + 1)))

        assert (await heads(stream)).startswith(b"HTTP/1.1 413 ")


async def test_head_keeps_the_length_and_sends_nothing_after_it() -> None:
    async with listening(edge()) as port, await anyio.connect_tcp("127.0.0.1", port) as stream:
        head = f"HEAD {DOCUMENTS}/1234/content HTTP/1.1\r\nHost: localhost\r\n\r\n"
        await stream.send(head.encode() * 2)
        answers = await heads(stream, count=2)

    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.count(b"content-length: 6") == 2
    assert b"1234" not in answers


async def test_head_of_an_endless_stream_ends() -> None:
    async with listening(edge()) as port, httpx.AsyncClient() as client:
        with anyio.fail_after(SECONDS):
            answer = await client.head(f"http://127.0.0.1:{port}{DOCUMENTS}/endless")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_socket_of_ours_opens_and_names_its_request() -> None:
    async with listening(edge()) as port, connect(f"ws://127.0.0.1:{port}/ws") as socket:
        assert await socket.recv() == "hello"
        assert socket.response is not None
        assert len(socket.response.headers["x-request-id"]) == 32


async def test_a_socket_from_a_page_of_another_origin_is_403() -> None:
    async with listening(edge()) as port:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{port}/ws", origin=Origin("https://evil.example"))

    assert refused.value.response.status_code == 403
