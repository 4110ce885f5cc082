"""The web application of one process: the surfaces on a backend, behind the edge."""

from redis.asyncio import Redis

from api.access.authenticator import Authenticator
from api.app import create_app, create_role_app
from api.edge.access_log import AccessLog
from api.edge.draining import Draining
from api.edge.hosts import HostPolicy
from api.edge.measuring import Measuring
from api.edge.wrapper import Edge
from api.metrics import Exposition
from api.services import Services
from api.sse import EventStreams
from projections.document_past import DocumentPast
from scripts.readiness import readiness
from scripts.wiring import Backend


def web_application(  # noqa: PLR0913, PLR0917 - the parts of a process, each from elsewhere
    backend: Backend,
    redis: Redis,
    hosts: HostPolicy,
    draining: Draining,
    access_log: AccessLog | None,
    exposition: Exposition,
) -> Edge:
    """Return the ASGI application; the backend must be running while it serves."""
    authenticator = authenticator_of(backend)
    services = Services(
        authenticator=authenticator,
        readiness=readiness(backend, redis, draining),
        exposition=exposition,
        documents=backend.documents,
        history=backend.history,
        contents=backend.contents,
        answers=backend.answers,
        summaries=backend.summaries,
        past=DocumentPast(backend.log, backend.history, backend.summaries),
        folders=backend.folders,
        visibility=backend.visibility,
        audit=backend.audit,
        feed=backend.feed,
        streams=EventStreams(draining),
        proofs=backend.proofs,
        operations=backend.operations,
        poison=backend.poison,
        differences=backend.differences,
    )
    return Edge(create_app(services), hosts, draining, access_log, Measuring(backend.metrics))


def role_application(  # noqa: PLR0913, PLR0917 - the parts of a process, each from elsewhere
    backend: Backend,
    redis: Redis,
    hosts: HostPolicy,
    draining: Draining,
    access_log: AccessLog | None,
    exposition: Exposition,
) -> Edge:
    """Return what a process tells of itself, whose work is something else."""
    app = create_role_app(
        authenticator_of(backend), readiness(backend, redis, draining), exposition
    )
    return Edge(app, hosts, draining, access_log, Measuring(backend.metrics))


def authenticator_of(backend: Backend) -> Authenticator:
    return Authenticator(backend.digests, backend.keys, backend.clock, backend.key_uses.note)
