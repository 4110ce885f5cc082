"""The whole service over real sockets, in the test's own loop."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

import uvicorn
from httpx import AsyncClient
from litestar.routes import HTTPRoute

from adapters.redis.limiter import limiter_client
from api.dispatch.dispatcher import Dispatcher
from api.edge.hosts import HostPolicy
from api.edge.http_protocol import HttpProtocol
from api.edge.wrapper import Edge
from api.http.draining import Draining
from application.eventstore.envelope import Origin
from application.identity.api_keys import IssuedKey, KeyRequest
from application.identity.sessions import NewSession
from domain.identity.events import LogInMethod
from domain.identity.plans import Plan
from domain.identity.roles import Role
from domain.identity.scopes import scopes_named
from domain.limits.rates import parse_rates
from scripts.composition.backend import Backend
from scripts.composition.web import HttpParts, web_application
from scripts.config.process_options import Options
from scripts.telemetry.exposition import ProcessExposition
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.waiting import eventually

LENIENT_RATES: Final = parse_rates("log_in.address=9999/60 log_in.email=9999/60")
"""All tests log in from one address."""


def fresh_name() -> str:
    """Return a name for an organisation that no other test uses."""
    return f"org-{uuid4().hex[:12]}"


class Service:
    """A running service: its address, its parts, and keys for it."""

    def __init__(self, backend: Backend, url: str, app: Edge, draining: Draining) -> None:
        self.backend = backend
        self.url = url
        self.app = app
        self.draining = draining

    @property
    def routes(self) -> Sequence[HTTPRoute]:
        """The routes of the running application."""
        dispatcher = self.app._app  # noqa: SLF001 - the edge has no business of its own with them
        assert isinstance(dispatcher, Dispatcher)
        return [route for route in dispatcher.litestar.routes if isinstance(route, HTTPRoute)]

    async def key(self, org: str = "acme", *scopes: str, plan: Plan = Plan.STARTER) -> str:
        """Issue a key that works at once and return its text."""
        return (await self.issue(org, *scopes, plan=plan)).text

    async def issue(
        self,
        org: str = "acme",
        *scopes: str,
        plan: Plan = Plan.STARTER,
        expires_at: datetime | None = None,
    ) -> IssuedKey:
        """Issue a key that works at once; create its organisation when it is missing."""
        identity = self.backend.contexts.identity
        org_id = await identity.organisations.find_by_name(org)
        if org_id is None:
            org_id, _ = await identity.organisations.create(org, plan, "system:test", "setup")
        request = KeyRequest(
            name="test", scopes=scopes_named(scopes or ("*",)), expires_at=expires_at
        )
        by = Origin(actor="system:test", org_id=org_id, correlation_id="setup")
        issued = await identity.api_keys.issue(request, by)
        for model in ("organisations", "api_keys"):
            await self.backend.kernel.models[model].reach(issued.written.position, within=5)
        return issued

    async def log_in(self, org: str = "acme", role: Role = Role.OWNER) -> NewSession:
        """Register a user with a role in an organisation, and open a session."""
        await self.issue(org)
        identity = self.backend.contexts.identity
        org_id = await identity.organisations.find_by_name(org)
        assert org_id is not None
        user_id = await identity.users.register(f"{uuid4().hex}@example.com", org_id, "setup")
        by = Origin(actor="system:test", org_id=org_id, correlation_id="setup")
        await identity.memberships.invite(user_id, "invited@example.com", role, by)
        await identity.memberships.accept(user_id, user_id, by)
        opened = await identity.sessions.open(
            user_id, org_id, LogInMethod.MAGIC_LINK, "test", "setup"
        )
        for model in ("organisations", "members", "users"):
            await self.backend.kernel.models[model].reach(opened.position, within=5)
        return opened

    @asynccontextmanager
    async def browser(
        self, org: str = "acme", role: Role = Role.OWNER
    ) -> AsyncIterator[AsyncClient]:
        """Open a client in a login session of its own, on the service's own pages."""
        opened = await self.log_in(org, role)
        async with self.anonymous() as client:
            client.cookies.set("forge_session", opened.token, domain="127.0.0.1")
            client.headers["Origin"] = self.url
            yield client

    async def revoke(self, key_id: str) -> None:
        """Revoke a key and wait until look-ups find it revoked."""
        org_id = await self.backend.contexts.identity.api_keys.owner_of(key_id)
        by = Origin(actor="system:test", org_id=org_id, correlation_id="teardown")
        written = await self.backend.contexts.llm.credentials.revoke_key(key_id, by)
        await self.backend.kernel.models["api_keys"].reach(written.position, within=5)

    @asynccontextmanager
    async def client(
        self, org: str = "acme", *scopes: str, plan: Plan = Plan.STARTER
    ) -> AsyncIterator[AsyncClient]:
        """Open a client with a key of its own."""
        async with self.anonymous() as client:
            client.headers["Authorization"] = f"Bearer {await self.key(org, *scopes, plan=plan)}"
            yield client

    def anonymous(self) -> AsyncClient:
        """Make a client without a key, and without the TLS context that takes 30 ms to load."""
        return AsyncClient(base_url=self.url, timeout=10, verify=False)  # noqa: S501 - no TLS here


@asynccontextmanager
async def running_service(
    database: Database, redis_url: str, backend: Backend | None = None
) -> AsyncIterator[Service]:
    backend = backend or Backend(
        database.app, SECRETS, Failures(), options=Options(rates=LENIENT_RATES)
    )
    redis = limiter_client(redis_url)
    draining = Draining()
    exposition = ProcessExposition(backend, "api", None)
    app = web_application(backend, HttpParts(redis, HostPolicy.serving(()), draining, exposition))
    async with backend.running(), redis:
        backend.project()
        await eventually(partial(_has_models, backend))
        async with serve(app) as port:
            yield Service(backend, f"http://127.0.0.1:{port}", app, draining)


async def _has_models(backend: Backend) -> bool:
    [(live,)] = await backend.kernel.select("SELECT count(*) FROM projections WHERE live", ())
    return bool(live == len(backend.kernel.models))


@asynccontextmanager
async def serve(app: Any) -> AsyncIterator[int]:
    """Serve without uvicorn's main loop, whose ticks and pauses take 200 ms to come to an end."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening])
    await server.on_tick(0)
    try:
        yield listening.getsockname()[1]
    finally:
        await _stop(server)


async def _stop(server: uvicorn.Server) -> None:
    async def quiet() -> bool:
        return not (server.server_state.connections or server.server_state.tasks)

    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await eventually(quiet)
