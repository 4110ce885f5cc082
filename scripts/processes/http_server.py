"""HTTP server of a process: uvicorn without signal handlers, with an event once it accepts."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from socket import socket
from typing import Any, Final

import uvicorn

from adapters.redis.limiter import limiter_client
from api.edge.exchange import ASGIApp
from api.edge.hosts import HostPolicy
from api.edge.http_protocol import HttpProtocol, close_idle
from api.edge.tracing import Traced
from api.http.draining import Draining
from api.operate.metrics import Exposition
from application.telemetry.tracing import NO_TRACING
from scripts.composition.backend import Backend
from scripts.composition.web import HttpParts
from scripts.config.connections import Connections
from scripts.config.settings import Settings
from scripts.processes.logging_setup import access_log_for
from scripts.processes.process import wait_first
from scripts.processes.role import RunningRole
from scripts.processes.sockets import announce
from scripts.telemetry.exposition import expose

GRACE_SECONDS: Final = 3
"""For requests in flight to end, of the 5 s that the whole process has."""
TICKS: Final = 10
ApplicationFactory = Callable[[Backend, HttpParts], ASGIApp]


class HttpServer(uvicorn.Server):
    """Trusts ``X-Forwarded-*`` headers of the proxies in the networks ``trusted`` alone."""

    def __init__(self, app: ASGIApp, draining: Draining, trusted: Sequence[str]) -> None:
        config = uvicorn.Config(
            app,
            http=HttpProtocol,
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
        """Leave signals to the process, which has more to stop than its server."""
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    async def on_tick(self, counter: int) -> bool:
        """Close idle connections once a second, of the ten ticks that uvicorn has in it."""
        if counter % TICKS == 0:
            close_idle(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def stop(self) -> None:
        """Accept no more connections; requests in flight are answered first."""
        self._draining.begin()
        self.should_exit = True


@asynccontextmanager
async def serve_http(  # noqa: PLR0913, PLR0917 - the parts of a process, each from elsewhere
    settings: Settings,
    connections: Connections,
    backend: Backend,
    sockets: Sequence[socket],
    exposition: Exposition,
    build: ApplicationFactory,
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, None]]]:
    """Answer requests while entered; yields a coroutine function that ends with a failed server."""
    draining = Draining()
    hosts = HostPolicy.serving(settings.hosts, settings.allowed_hosts)
    access_log = access_log_for(settings.log_level, sys.stderr)
    async with limiter_client(connections.redis) as redis:
        app = build(backend, HttpParts(redis, hosts, draining, exposition, access_log))
        if backend.kernel.tracing is not NO_TRACING:
            app = Traced(app, backend.kernel.tracing)
        server = HttpServer(app, draining, settings.trusted_proxies)
        async with _run_server(server, sockets) as failed:
            yield failed


@asynccontextmanager
async def _run_server(
    server: HttpServer, sockets: Sequence[socket]
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, None]]]:
    task = asyncio.create_task(server.serve([*sockets]), name="http")

    async def failed() -> None:
        await asyncio.wait([task])
        task.result()

    await wait_first(server.accepting.wait(), failed())
    try:
        yield failed
    finally:
        server.stop()
        await task


async def serve_role(running: RunningRole, build: ApplicationFactory) -> None:
    """Expose metrics and answer requests until the process is stopped."""
    role, backend = running.role, running.backend
    async with expose(backend, role.process_name, role.settings.metrics_socket) as exposition:
        http = (backend, role.sockets, exposition, build)
        async with serve_http(role.settings, running.connections, *http) as failed:
            announce(role.sockets)
            await wait_first(role.stop.wait(), failed())
