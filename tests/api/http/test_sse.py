"""Server-sent events as they go out: rendered by the standard, kept alive, and always ended."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, Final

import pytest

from api.edge.exchange import ASGIApp
from api.http.draining import Draining
from api.http.sse import EventStreams
from api.http.sse_frames import frame
from domain.refusals import Unavailable
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

FIRST: Final = b"data: 1\n\n"


class Line:
    """A server's side of one connection; ``block`` has it take nothing after the first frame."""

    def __init__(self, *, block: bool = False) -> None:
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.arrived = asyncio.Event()
        self._block = block

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if FIRST in message.get("body", b""):
            self.arrived.set()
            if self._block:
                await asyncio.Event().wait()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def ended(self) -> bool:
        return self.sent[-1].get("more_body") is False

    async def answer(self, stream: ASGIApp) -> None:
        async with asyncio.timeout(5):
            await stream({}, self.receive, self.send)


class Frames:
    """One frame and then nothing, for good; ``closed`` once its consumer stops."""

    def __init__(self) -> None:
        self.closed = False

    async def __call__(self) -> AsyncGenerator[bytes, None]:
        try:
            yield FIRST
            await asyncio.Event().wait()
        finally:
            self.closed = True


async def one(*frames: bytes) -> AsyncGenerator[bytes, None]:
    for each in frames:
        yield each


def test_an_event_is_rendered_with_its_place_or_without_one() -> None:
    assert frame("made", {"a": "x\ny"}, 7) == b'id: 7\nevent: made\ndata: {"a":"x\\ny"}\n\n'
    assert frame("lagged", []) == b"event: lagged\ndata: []\n\n"


async def test_a_stream_ends_with_its_frames() -> None:
    line = Line()

    await line.answer(EventStreams(Draining()).stream(one(b"a", b"b")))

    assert line.body == b"retry: 1000\n\nab"
    assert line.ended


async def test_an_idle_stream_shows_that_it_is_alive() -> None:
    line, frames = Line(), Frames()
    streams = EventStreams(Draining(), heartbeat=0.001)
    answering = asyncio.create_task(line.answer(streams.stream(frames())))

    async def alive() -> bool:
        return line.body.count(b": still here\n\n") >= 3

    await eventually(alive)
    line.gone.set()

    await answering
    assert frames.closed


async def test_a_stream_ends_when_the_process_leaves_also_while_its_reader_takes_nothing() -> None:
    for block in (False, True):
        line, frames, draining = Line(block=block), Frames(), Draining()
        stream = EventStreams(draining).stream(frames())
        answering = asyncio.create_task(line.answer(stream))
        await line.arrived.wait()

        draining.begin()

        await answering
        assert line.ended
        assert frames.closed


async def test_a_stream_ends_for_a_reason_of_its_own() -> None:
    line, frames, reason = Line(), Frames(), asyncio.Event()

    async def ending() -> None:
        await reason.wait()

    answering = asyncio.create_task(line.answer(EventStreams(Draining()).stream(frames(), ending)))
    await line.arrived.wait()
    reason.set()

    await answering
    assert line.ended


async def test_what_cannot_be_read_just_now_ends_the_stream_and_the_reader_comes_back() -> None:
    async def failing() -> AsyncGenerator[bytes, None]:
        yield FIRST
        raise Unavailable

    line = Line()

    await line.answer(EventStreams(Draining()).stream(failing()))

    assert line.ended


async def test_a_defect_is_not_hidden_as_an_end() -> None:
    async def failing() -> AsyncGenerator[bytes, None]:
        yield FIRST
        raise LookupError

    line = Line()

    with pytest.raises(LookupError):
        await line.answer(EventStreams(Draining()).stream(failing()))

    assert not line.ended
