"""Web application of one process: the routes of every module, behind the edge.

This file imports every router, while the servers start; modules would import theirs only when the
servers are up.
"""

from importlib import import_module
from pkgutil import walk_packages
from typing import NamedTuple

from redis.asyncio import Redis

import api
from adapters.redis.limiter import RedisLimiter
from api.app import create_app, create_role_app
from api.auth.api_keys import KeyCallers
from api.auth.authenticator import Authenticator
from api.auth.cookies import Cookies
from api.auth.sessions import SessionCallers
from api.edge.access_log import AccessLog
from api.edge.exchange import ASGIApp
from api.edge.hosts import HostPolicy
from api.edge.measuring import RequestMetrics
from api.edge.wrapper import Edge
from api.http.draining import Draining
from api.http.shared_services import SharedServices
from api.http.sse import EventStreams
from api.operate.metrics import Exposition
from application.limits.rate_limits import Limits
from scripts.composition.backend import Backend
from scripts.composition.readiness import readiness

for found in walk_packages(api.__path__, "api."):
    if found.name.endswith(".router"):
        import_module(found.name)


class HttpParts(NamedTuple):
    """What a process that serves HTTP has besides its backend."""

    redis: Redis
    hosts: HostPolicy
    draining: Draining
    exposition: Exposition
    access_log: AccessLog | None = None


def web_application(backend: Backend, http: HttpParts) -> Edge:
    """Return the ASGI application; the backend must be running while it serves."""
    shared = _shared_services(backend, http.redis, http.draining)
    app = create_app(
        [route for module in backend.modules for route in module.routes(shared)],
        authenticator=shared.authenticator,
        readiness=readiness(backend, http.redis, http.draining),
        exposition=http.exposition,
        mailbox=backend.kernel.options.mailbox,
    )
    return _behind_edge(app, backend, http)


def role_application(backend: Backend, http: HttpParts) -> Edge:
    """Return the ASGI application of a background process: health and metrics."""
    app = create_role_app(
        authenticator=authenticator_of(backend),
        readiness=readiness(backend, http.redis, http.draining),
        exposition=http.exposition,
    )
    return _behind_edge(app, backend, http)


def _behind_edge(app: ASGIApp, backend: Backend, http: HttpParts) -> Edge:
    metrics = RequestMetrics(backend.kernel.metrics)
    return Edge(app, http.hosts, http.draining, http.access_log, metrics)


def authenticator_of(backend: Backend) -> Authenticator:
    kernel, identity = backend.kernel, backend.contexts.identity
    keys = KeyCallers(
        digests=identity.digests,
        keys=identity.api_key_queries,
        clock=kernel.clock,
        used=identity.key_uses.note,
        refusals=kernel.metrics.key_refusals,
    )
    sessions = SessionCallers(
        cookies=Cookies(secure=kernel.options.remote),
        tokens=identity.tokens,
        store=identity.session_store,
        clock=kernel.clock,
        used=identity.session_uses.note,
    )
    return Authenticator(keys, sessions)


def _shared_services(backend: Backend, redis: Redis, draining: Draining) -> SharedServices:
    kernel = backend.kernel
    return SharedServices(
        authenticator=authenticator_of(backend),
        limits=Limits(
            limiter=RedisLimiter(redis),
            rates=kernel.options.rates,
            uncounted=kernel.metrics.limiter_away,
        ),
        feed=kernel.feed,
        event_streams=EventStreams(draining),
        idempotency_store=kernel.idempotency_store,
        read_your_writes=kernel.read_your_writes,
        clock=kernel.clock,
    )
