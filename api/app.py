"""Assembles the HTTP application from ready-made services; no I/O, no globals."""

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from api.access.authenticator import Authenticator
from api.audit.router import audit
from api.codegen.router import codegen
from api.equip import equip
from api.errors import HANDLERS
from api.events.router import events
from api.github.router import github
from api.health import HealthController, Readiness
from api.json_api.router import json_api
from api.mailbox import MailboxController
from api.metrics import Exposition, metrics
from api.openapi.routes import openapi_routes
from api.ops.router import ops
from api.services import Services
from api.surfaces import Surface


def create_app(services: Services) -> Litestar:
    """Return the routes of every surface, behind no edge yet (``api.edge.wrapper.Edge``)."""
    return _application(
        json_api(services),
        *codegen(services),
        github(services),
        audit(services),
        events(services),
        ops(services),
        metrics(services.authenticator, services.exposition),
        equip(HealthController, readiness=services.readiness),
        *([equip(MailboxController, mailbox=services.mailbox)] if services.mailbox else []),
        *openapi_routes([Surface.JSON_API, Surface.CODEGEN, Surface.TASK_BOARD, Surface.OPERATE]),
    )


def create_role_app(
    authenticator: Authenticator, readiness: Readiness, exposition: Exposition
) -> Litestar:
    """Return what a process tells of itself that has no surface to serve."""
    return _application(
        metrics(authenticator, exposition), equip(HealthController, readiness=readiness)
    )


def _application(*routes: ControllerRouterHandler) -> Litestar:
    return Litestar(
        route_handlers=routes,
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
