"""HTTP as one part of a process: uvicorn that leaves signals alone and says when it accepts."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from socket import socket
from typing import Any, Final

import uvicorn
from redis.asyncio import Redis

from adapters.redis.limiter import limiter_client
from api.edge.access_log import AccessLog
from api.edge.exchange import ASGIApp
from api.edge.hosts import HostPolicy
from api.edge.tracing import Traced
from api.http.draining import Draining
from api.operate.metrics import Exposition
from application.telemetry.tracing import NO_TRACING
from scripts.composition.backend import Backend
from scripts.config.connections import Connections
from scripts.config.settings import Settings
from scripts.processes.logging_setup import access_log_for
from scripts.processes.process import until_first

GRACE_SECONDS: Final = 3
"""What requests in flight have to end, of the 5 s the whole process has."""


Build = Callable[[Backend, Redis, HostPolicy, Draining, AccessLog | None, Exposition], ASGIApp]


class HttpServer(uvicorn.Server):
    """``trusted`` are networks of proxies whose word on who calls is taken, and nobody else's."""

    def __init__(self, app: ASGIApp, draining: Draining, trusted: Sequence[str]) -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted),
            forwarded_allow_ips=[*trusted],
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self.accepting = asyncio.Event()
        self._draining = draining

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave them to the process, which has more to end than this."""
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    def leave(self) -> None:
        """Accept nothing more, and let what is in flight end."""
        self._draining.begin()
        self.should_exit = True


@asynccontextmanager
async def serving(  # noqa: PLR0913, PLR0917 - the parts of a process, each from elsewhere
    settings: Settings,
    connections: Connections,
    backend: Backend,
    sockets: Sequence[socket],
    exposition: Exposition,
    build: Build,
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, None]]]:
    """Answer requests while entered; what is yielded comes to an end only with a failed server."""
    draining = Draining()
    hosts = HostPolicy.serving(settings.hosts, settings.allowed_hosts)
    access_log = access_log_for(settings.log_level, sys.stderr)
    async with limiter_client(connections.redis) as redis:
        app = build(backend, redis, hosts, draining, access_log, exposition)
        if backend.tracing is not NO_TRACING:
            app = Traced(app, backend.tracing)
        async with _accepting(
            HttpServer(app, draining, settings.trusted_proxies), sockets
        ) as broken:
            yield broken


@asynccontextmanager
async def _accepting(
    server: HttpServer, sockets: Sequence[socket]
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, None]]]:
    task = asyncio.create_task(server.serve([*sockets]), name="http")

    async def broken() -> None:
        await asyncio.wait([task])
        task.result()

    await until_first(server.accepting.wait(), broken())
    try:
        yield broken
    finally:
        server.leave()
        await task
