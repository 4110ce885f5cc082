"""Server-sent events: sends every event stream and ends it.

A stream ends when its frames end, its client disconnects, the process drains, or one of its own
end conditions returns; each of them also ends a stream whose client has stopped reading.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, suppress
from typing import Any, Final, TypeAlias

from litestar.types import Receive, Scope, Send

from api.http.draining import Draining
from api.http.response import VARY_ACCEPT, wait_disconnect
from application.concurrency.supervision import end
from domain.refusals import Refusal

EVENT_STREAM: Final = "text/event-stream"
HEARTBEAT_SECONDS: Final = 25.0
FAREWELL_SECONDS: Final = 1.0
"""How long the end of a stream waits for a client that has stopped reading."""
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    VARY_ACCEPT,
)
RETRY: Final = b"retry: 1000\n\n"
HEARTBEAT: Final = b": still here\n\n"

Frames: TypeAlias = AsyncGenerator[bytes, None]
EndCondition: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


class EventStreams:
    """Makes the event streams of a process, which end when it drains."""

    def __init__(self, draining: Draining, *, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        self._draining = draining
        self._heartbeat = heartbeat

    def stream(self, frames: Frames, *endings: EndCondition) -> "EventStream":
        """Answer with frames until they end or one of ``endings`` returns."""
        return EventStream(frames, (self._draining.wait, *endings), self._heartbeat)


class EventStream:
    """The response: an ASGI application."""

    def __init__(self, frames: Frames, endings: tuple[EndCondition, ...], heartbeat: float) -> None:
        self._frames = frames
        self._endings = endings
        self._heartbeat = heartbeat

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS]})
        await _send(send, RETRY)
        parts = (self._send_all(send), self._beat(send), wait_disconnect(receive))
        endings = (ending() for ending in self._endings)
        tasks = [asyncio.create_task(part) for part in (*parts, *endings)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(tasks)
        for task in done:
            with suppress(Refusal):  # clients of event streams reconnect by themselves
                task.result()
        await _finish(send)

    async def _send_all(self, send: Send) -> None:
        async with aclosing(self._frames) as chunks:
            async for chunk in chunks:
                await _send(send, chunk)

    async def _beat(self, send: Send) -> None:
        """Send comments, so that no proxy takes an idle connection for a dead one."""
        while True:
            await asyncio.sleep(self._heartbeat)
            await _send(send, HEARTBEAT)


async def _send(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _finish(send: Send) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
