"""The web application of one process: the surfaces on a backend, behind the edge."""

from redis.asyncio import Redis

from adapters.redis.limiter import RedisLimiter
from api.app import create_app, create_role_app
from api.auth.api_keys import KeyCallers
from api.auth.authenticator import Authenticator
from api.auth.cookies import Cookies
from api.auth.sessions import SessionCallers
from api.codegen.services import GenerationServices
from api.edge.access_log import AccessLog
from api.edge.hosts import HostPolicy
from api.edge.measuring import RequestMetrics
from api.edge.wrapper import Edge
from api.http.base_url import BaseUrl
from api.http.draining import Draining
from api.http.sse import EventStreams
from api.identity.open_session import OpenSession
from api.identity.services import IdentityServices
from api.json_api.services import PipelineServices
from api.operate.metrics import Exposition
from api.operate.services import Services
from application.limits.rate_limits import Limits
from projections.documents.as_of import DocumentsAsOf
from scripts.composition.backend import Backend
from scripts.composition.readiness import readiness


def web_application(  # noqa: PLR0913, PLR0917 - the parts of a process, each from elsewhere
    backend: Backend,
    redis: Redis,
    hosts: HostPolicy,
    draining: Draining,
    access_log: AccessLog | None,
    exposition: Exposition,
) -> Edge:
    """Return the ASGI application; the backend must be running while it serves."""
    app = create_app(_services(backend, redis, draining, exposition))
    return Edge(app, hosts, draining, access_log, RequestMetrics(backend.metrics))


def _services(
    backend: Backend, redis: Redis, draining: Draining, exposition: Exposition
) -> Services:
    authenticator = authenticator_of(backend)
    return Services(
        authenticator=authenticator,
        limits=limits_of(backend, redis),
        identity=backend.identity,
        credentials=backend.credentials,
        keys=backend.keys,
        balances=backend.balances,
        clock=backend.clock,
        readiness=readiness(backend, redis, draining),
        exposition=exposition,
        documents=backend.documents,
        history=backend.history,
        contents=backend.contents,
        answers=backend.answers,
        summaries=backend.summaries,
        past=DocumentsAsOf(backend.log, backend.history, backend.summaries),
        folders=backend.folders,
        read_your_writes=backend.read_your_writes,
        audit=backend.audit,
        feed=backend.feed,
        streams=EventStreams(draining),
        proofs=backend.proofs,
        operations=backend.operations,
        poison=backend.poison,
        differences=backend.differences,
        pipeline=_pipeline(backend),
        generation=_generation(backend),
        people=_people(backend, authenticator),
        mailbox=backend.options.mailbox,
    )


def role_application(  # noqa: PLR0913, PLR0917 - the parts of a process, each from elsewhere
    backend: Backend,
    redis: Redis,
    hosts: HostPolicy,
    draining: Draining,
    access_log: AccessLog | None,
    exposition: Exposition,
) -> Edge:
    """Return what a process tells of itself, whose work is something else."""
    authenticator = authenticator_of(backend)
    app = create_role_app(authenticator, readiness(backend, redis, draining), exposition)
    return Edge(app, hosts, draining, access_log, RequestMetrics(backend.metrics))


def authenticator_of(backend: Backend) -> Authenticator:
    clock, people = backend.clock, backend.people
    cookies = Cookies(secure=backend.options.remote)
    sessions = SessionCallers(
        cookies, people.tokens, people.session_store, clock, backend.session_uses.note
    )
    keys = KeyCallers(
        backend.digests, backend.keys, clock, backend.key_uses.note, backend.metrics.key_refusals
    )
    return Authenticator(keys, sessions)


def limits_of(backend: Backend, redis: Redis) -> Limits:
    away = backend.metrics.limiter_away
    return Limits(RedisLimiter(redis), backend.options.rates, away)


def _generation(backend: Backend) -> GenerationServices:
    parts = backend.generation
    return GenerationServices(
        generations=parts.generations,
        history=parts.history,
        queries=parts.queries,
        ledgers=parts.ledgers,
        models=parts.models,
    )


def _pipeline(backend: Backend) -> PipelineServices:
    parts = backend.pipeline
    return PipelineServices(
        utility_runs=parts.utility_runs,
        commands=parts.commands,
        queries=parts.queries,
        runs=parts.runs,
        run_queries=parts.run_queries,
        drafts=parts.drafts,
    )


def _people(backend: Backend, authenticator: Authenticator) -> IdentityServices:
    people, cookies = backend.people, Cookies(secure=backend.options.remote)
    return IdentityServices(
        links=people.links if people.mails else None,
        sessions=people.sessions,
        opening=OpenSession(
            people.logins, authenticator, cookies, backend.read_your_writes, backend.metrics.log_ins
        ),
        github=backend.options.github,
        github_logins=people.github_logins,
        sealed=backend.sealed,
        tokens=people.tokens,
        site=BaseUrl(secure=backend.options.remote),
        memberships=people.memberships,
        invitations=people.invitations,
        users=people.users,
        members=people.members,
        organisations=people.organisations,
    )
