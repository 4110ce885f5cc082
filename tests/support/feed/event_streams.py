"""A client for server-sent events over a plain connection, as strict as the standard."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

PATIENCE_SECONDS = 10.0


class Event(NamedTuple):
    """``position`` is its id; ``None`` when it has none of its own."""

    type: str
    data: Any
    position: int | None


class EventSource:
    """One connection's stream: ``last`` is the id to come back with."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, last: int | None
    ) -> None:
        self.last = last
        self.status = 0
        self.headers: dict[str, str] = {}
        self.comments: list[str] = []
        self._reader = reader
        self._writer = writer
        self._text = b""

    async def open(self, target: str, key: str) -> None:
        """Send the request and read the answer's head."""
        lines = [f"GET {target} HTTP/1.1", "Host: localhost", "Accept: text/event-stream"]
        lines += [f"Authorization: {key}"]
        lines += [] if self.last is None else [f"Last-Event-ID: {self.last}"]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.lower(): value for name, _, value in (r.partition(": ") for r in rest)}

    async def event(self, *, within: float = PATIENCE_SECONDS) -> Event:
        """Return the next event; raises ``EOFError`` at the end of the stream."""
        async with asyncio.timeout(within):
            while True:
                if (found := _parsed(await self._block(), self.comments)) is not None:
                    if found.position is not None:
                        self.last = found.position
                    return found

    def abort(self) -> None:
        """Cut the line, wherever it is in an event."""
        self._writer.transport.abort()

    async def events(self, count: int) -> list[Event]:
        return [await self.event() for _ in range(count)]

    async def _block(self) -> list[str]:
        while b"\n\n" not in self._text:
            self._text += await self._chunk()
        block, _, self._text = self._text.partition(b"\n\n")
        return block.decode().split("\n")

    async def _chunk(self) -> bytes:
        """Read one chunk of the body (RFC 9112, 7.1); a body cut short is an error."""
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        chunk = (await self._reader.readexactly(size + 2))[:-2]
        if not size:
            raise EOFError
        return chunk


@asynccontextmanager
async def event_source(
    url: str, target: str, key: str, last: int | None = None, *, window: int | None = None
) -> AsyncIterator[EventSource]:
    """Open a stream; ``key`` is the whole Authorization header.

    With a ``window``, in bytes, the kernel takes in little that has not been read.
    """
    reader, writer = await _connected(url, window)
    try:
        source = EventSource(reader, writer, last)
        await source.open(target, key)
        yield source
    finally:
        writer.close()


async def _connected(
    url: str, window: int | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    line = socket.socket()
    try:
        if window is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        line.setblocking(False)  # noqa: FBT003 - its only parameter
        await asyncio.get_running_loop().sock_connect(line, (host, int(port)))
        return await asyncio.open_connection(sock=line)
    except BaseException:  # also when it is cancelled, as readers are that come back in vain
        line.close()
        raise


def _parsed(lines: list[str], comments: list[str]) -> Event | None:
    """Read a block by the rules of WHATWG HTML, 9.2.6; one without data is no event."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            comments.append(value)
        else:
            fields[name] = value
    if "data" not in fields:
        return None
    position = int(fields["id"]) if "id" in fields else None
    return Event(fields.get("event", "message"), json.loads(fields["data"]), position)
