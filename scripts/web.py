"""The web application of one process: the surfaces on a backend, behind the edge."""

from redis.asyncio import Redis

from api.app import create_app
from api.caller import Authenticator
from api.edge.access_log import AccessLog
from api.edge.draining import Draining
from api.edge.hosts import HostPolicy
from api.edge.wrapper import Edge
from api.services import Services
from api.sse import EventStreams
from projections.document_past import DocumentPast
from scripts.readiness import readiness
from scripts.wiring import Backend


def web_application(
    backend: Backend,
    redis: Redis,
    hosts: HostPolicy,
    draining: Draining,
    access_log: AccessLog | None,
) -> Edge:
    """Return the ASGI application; the backend must be running while it serves."""
    authenticator = Authenticator(
        backend.digests, backend.keys, backend.clock, backend.key_uses.note
    )
    services = Services(
        authenticator=authenticator,
        readiness=readiness(backend, redis, draining),
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
    return Edge(create_app(services), hosts, draining, access_log)
