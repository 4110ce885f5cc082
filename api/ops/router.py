"""``/ops``: what only operators may see and do, across all organisations (wire.md, operate)."""

from litestar import Router

from api.access.admission import admission
from api.equip import equip
from api.openapi.documented import BEARER
from api.ops.decisions import DecisionsController
from api.ops.progress import ProgressController
from api.ops.projections import ProjectionsController
from api.services import Services


def ops(services: Services) -> Router:
    projections = equip(
        ProjectionsController,
        operations=services.operations,
        poison=services.poison,
        differences=services.differences,
    )
    decisions = equip(DecisionsController, operations=services.operations, poison=services.poison)
    progress = equip(ProgressController, operations=services.operations, streams=services.streams)
    return Router(
        "/ops",
        route_handlers=[projections, decisions, progress],
        before_request=admission(services.authenticator),
        security=BEARER,
    )
