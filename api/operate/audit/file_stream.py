"""Streamed downloads, with backpressure: made while they are sent."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

import structlog
from litestar.types import Receive, Scope, Send

from api.http.response import attachment_header, wait_disconnect
from application.concurrency.supervision import end

NDJSON: Final = "application/x-ndjson"
CHUNK_BYTES: Final = 64 * 1024
"""Lines are sent in chunks of this size: a message per line would cost as much each."""

_log = structlog.get_logger(__name__)


class FileStream:
    """A response: an ASGI application. After an error it disconnects before the end."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None], name: str) -> None:
        self._first = first
        self._rest = rest
        self._headers = [
            (b"content-type", NDJSON.encode()),
            attachment_header(name),
        ]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        disconnect = asyncio.create_task(wait_disconnect(receive))
        try:
            async for chunk in self._chunks():
                if disconnect.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception as error:  # noqa: BLE001 - the response has started: no status can be sent
            _log.error("export broken off", error=type(error).__name__, exc_info=error)
        finally:
            await end([disconnect])

    async def _chunks(self) -> AsyncIterator[bytes]:
        buffer, size = [self._first], len(self._first)
        async with aclosing(self._rest) as lines:
            async for line in lines:
                buffer.append(line)
                size += len(line)
                if size >= CHUNK_BYTES:
                    yield b"".join(buffer)
                    buffer, size = [], 0
        yield b"".join(buffer)
