"""The sample behind its edge: reached in process, or over a real loopback socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import anyio
import httpx
import uvicorn

from api.edge.access_log import AccessLog
from api.edge.exchange import ASGIApp
from api.edge.hosts import HostPolicy
from api.edge.http_protocol import HttpProtocol
from api.edge.measuring import RequestMetrics
from api.edge.wrapper import Edge
from api.http.draining import Draining
from application.telemetry.metrics import Metrics
from tests.api.sample import sample_app

BASE = "http://localhost:8000"
SECONDS = 10


def edge(
    app: ASGIApp | None = None,
    draining: Draining | None = None,
    access_log: AccessLog | None = None,
    metrics: Metrics | None = None,
) -> Edge:
    policy = HostPolicy.serving(["127.0.0.1"])
    measuring = RequestMetrics(metrics or Metrics())
    return Edge(app or sample_app(), policy, draining or Draining(), access_log, measuring)


def client_of(app: Edge) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url=BASE)


@asynccontextmanager
async def listening(app: Edge) -> AsyncIterator[int]:
    """Serve on a free port of loopback with uvicorn, as in production, and yield the port."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=HttpProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    stopped = anyio.Event()

    async def serve() -> None:
        await server.serve()
        stopped.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve)
        with anyio.fail_after(SECONDS):
            while not server.started:  # noqa: ASYNC110  (uvicorn offers no event to wait on)
                await anyio.sleep(0.01)
        try:
            yield cast("int", server.servers[0].sockets[0].getsockname()[1])
        finally:
            server.should_exit = True
            with anyio.move_on_after(SECONDS, shield=True):
                await stopped.wait()
