"""A connection to a protocol class, without a socket: every write of the server is noted."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

import uvicorn
from uvicorn.server import ServerState

from api.edge.exchange import ASGIApp

SECONDS: Final = 5


class Wire(asyncio.Transport):
    """A client's end: notes each write, and whether the server has hung up."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def writelines(self, pieces: Iterable[Any]) -> None:
        self.writes.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    @property
    def received(self) -> bytes:
        return b"".join(self.writes)


async def served(
    kind: type[asyncio.Protocol],
    app: ASGIApp,
    *requests: bytes,
    meet: Callable[[Any], None] = lambda _: None,
) -> Wire:
    """Send requests to one connection; return once no request is in progress."""
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    config.load()
    state, wire = ServerState(), Wire()
    state.default_headers = [(b"date", b"Sun, 29 Nov 2026 12:00:00 GMT")]
    make: Any = kind
    protocol = make(config=config, server_state=state, app_state={})
    protocol.connection_made(wire)
    meet(protocol)
    for request in requests:
        protocol.data_received(request)
    async with asyncio.timeout(SECONDS):
        while state.tasks:
            await asyncio.wait([*state.tasks])
            await asyncio.sleep(0)
    protocol.connection_lost(None)
    return wire
