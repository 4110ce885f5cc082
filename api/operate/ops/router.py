"""``/ops``: what only operators may see and do, across all organisations (wire.md, operate)."""

from litestar import Router

from api.auth.guard import guard
from api.http.inject import with_dependencies
from api.http.shared_services import SharedServices
from api.openapi.documented import BEARER
from api.operate.ops.decisions import DecisionsController
from api.operate.ops.progress import ProgressController
from api.operate.ops.projections import ProjectionsController
from api.operate.services import OperateServices


def ops_router(services: OperateServices, shared: SharedServices) -> Router:
    projections = with_dependencies(
        ProjectionsController,
        operations=services.operations,
        poison=services.poison,
        differences=services.differences,
    )
    decisions = with_dependencies(
        DecisionsController, operations=services.operations, poison=services.poison
    )
    progress = with_dependencies(
        ProgressController, operations=services.operations, streams=shared.event_streams
    )
    return Router(
        "/ops",
        route_handlers=[projections, decisions, progress],
        before_request=guard(shared.authenticator),
        security=BEARER,
    )
