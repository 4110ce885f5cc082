"""``/ops``: what only operators may see and do, across all organisations (wire.md, operate)."""

from litestar import Router

from api.caller import admission
from api.equip import equip
from api.openapi.documented import BEARER
from api.ops.decisions import DecisionsController
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
    admit = admission(services.authenticator)
    return Router(
        "/ops", route_handlers=[projections, decisions], before_request=admit, security=BEARER
    )
