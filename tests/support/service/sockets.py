"""Raw HTTP over a socket, for requests that no client library sends."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from tests.support.service.web import Service

PATIENCE_SECONDS = 10.0


class RawResponse(NamedTuple):
    """A response; ``headers`` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RawConnection:
    """One connection to a service."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def receive(self) -> RawResponse:
        """Read one response with a Content-Length."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(": ") for line in lines if line)
            headers = {name.lower(): value for name, _, value in pairs}
            length = int(headers.get("content-length", 0))
            return RawResponse(
                int(first.split()[1]), headers, await self.reader.readexactly(length)
            )


@asynccontextmanager
async def connect_raw(service: Service) -> AsyncIterator[RawConnection]:
    port = int(service.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield RawConnection(reader, writer)
    finally:
        writer.close()


def request_head(method: str, target: bytes, authorization: str, *headers: bytes) -> bytes:
    """Return a request's head; the target is sent as it is."""
    lines = (
        method.encode() + b" " + target + b" HTTP/1.1",
        b"Host: localhost",
        b"Authorization: " + authorization.encode(),
        *headers,
    )
    return b"\r\n".join(lines) + b"\r\n\r\n"


def free_port() -> int:
    """Return a port without a listener."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
