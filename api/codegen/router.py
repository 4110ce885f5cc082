"""``/v1/generations`` and ``/v1/artifacts``: code generation."""

from litestar import Router

from api.auth.guard import guard
from api.codegen.generation_requests import GenerationRequests
from api.codegen.generation_streams import GenerationStreamsController
from api.codegen.generations import ArtifactsController, GenerationsController
from api.codegen.services import GenerationServices
from api.http.inject import with_dependencies
from api.http.shared_services import SharedServices
from api.openapi.documented import BEARER, COOKIE


def generations_router(services: GenerationServices, shared: SharedServices) -> Router:
    generating = GenerationRequests(
        generations=services.generations,
        history=services.history,
        answers=shared.idempotency_store,
        ledgers=services.ledgers,
        visibility=shared.read_your_writes,
        clock=shared.clock,
    )
    generations = with_dependencies(
        GenerationsController,
        generating=generating,
        queries=services.queries,
        models=services.models,
        read_your_writes=shared.read_your_writes,
    )
    streams = with_dependencies(
        GenerationStreamsController,
        generating=generating,
        models=services.models,
        feed=shared.feed,
        streams=shared.event_streams,
        authenticator=shared.authenticator,
    )
    return Router(
        "/v1",
        route_handlers=[ArtifactsController, generations, streams],
        before_request=guard(shared.authenticator, shared.limits),
        security=[*BEARER, *COOKIE],
    )
