"""An answer that is sent while it is made, and no faster than it is taken."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

import structlog
from litestar.types import Receive, Scope, Send

from api.http.response import attachment_header, wait_disconnect
from application.concurrency.supervision import end

NDJSON: Final = "application/x-ndjson"
AT_ONCE: Final = 64 * 1024
"""Bytes sent together: a line of its own costs as much as many."""

_log = structlog.get_logger(__name__)


class FileStream:
    """An ASGI application. Where the rest cannot be made, the connection ends without an end."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None], name: str) -> None:
        self._first = first
        self._rest = rest
        self._headers = [
            (b"content-type", NDJSON.encode()),
            attachment_header(name),
        ]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        gone = asyncio.create_task(wait_disconnect(receive))
        try:
            async for chunk in self._chunks():
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception as error:  # noqa: BLE001 - the answer has begun: nothing else can be said
            _log.error("export broken off", error=type(error).__name__, exc_info=error)
        finally:
            await end([gone])

    async def _chunks(self) -> AsyncIterator[bytes]:
        gathered, size = [self._first], len(self._first)
        async with aclosing(self._rest) as lines:
            async for line in lines:
                gathered.append(line)
                size += len(line)
                if size >= AT_ONCE:
                    yield b"".join(gathered)
                    gathered, size = [], 0
        yield b"".join(gathered)
