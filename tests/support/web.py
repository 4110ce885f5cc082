"""The whole service over real sockets, in the test's own loop: what an HTTP client meets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import uvicorn
from httpx import AsyncClient
from redis.asyncio import Redis

from api.edge.draining import Draining
from api.edge.hosts import HostPolicy
from application.identity import KeyRequest
from application.recorded import Origin
from application.supervision import end
from domain.identity.plans import Plan
from domain.identity.scopes import scopes_named
from scripts.web import web_application
from scripts.wiring import Backend
from tests.support.backends import SECRETS, Failures
from tests.support.databases import Database


class Service:
    """A running service: its address, its parts, and keys for it."""

    def __init__(self, backend: Backend, url: str) -> None:
        self.backend = backend
        self.url = url

    async def key(
        self,
        org: str = "acme",
        *scopes: str,
        plan: Plan = Plan.STARTER,
        expires_at: datetime | None = None,
    ) -> str:
        """Issue a key that works at once, for an organisation that is made when it is missing."""
        identity = self.backend.identity
        org_id = await identity.organisation_named(org)
        if org_id is None:
            org_id, _ = await identity.create_organisation(org, plan, "system:test", "setup")
        request = KeyRequest(
            name="test", scopes=scopes_named(scopes or ("*",)), expires_at=expires_at
        )
        by = Origin(actor="system:test", org_id=org_id, correlation_id="setup")
        issued = await identity.issue_key(request, by)
        for model in ("organisations", "api_keys"):
            await self.backend.models[model].reach(issued.written.position, within=5)
        return issued.text

    @asynccontextmanager
    async def client(self, org: str = "acme", *scopes: str) -> AsyncIterator[AsyncClient]:
        """Open a client with a key of its own."""
        headers = {"Authorization": f"Bearer {await self.key(org, *scopes)}"}
        async with AsyncClient(base_url=self.url, headers=headers, timeout=10) as client:
            yield client


@asynccontextmanager
async def running_service(
    database: Database, redis_url: str, backend: Backend | None = None
) -> AsyncIterator[Service]:
    backend = backend or Backend(database.app, SECRETS, Failures())
    redis = Redis.from_url(redis_url)
    app = web_application(backend, redis, HostPolicy.serving(()), Draining(), None)
    async with backend.running(), redis:
        backend.project()
        async with _served(app) as port:
            yield Service(backend, f"http://127.0.0.1:{port}")


@asynccontextmanager
async def _served(app: Any) -> AsyncIterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listening]))  # noqa: SLF001 - without its signals
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await asyncio.wait([serving], timeout=5)
        await end([serving])
