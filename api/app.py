"""Assembles the HTTP application from ready-made services; no I/O, no globals."""

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from api.auth.authenticator import Authenticator
from api.codegen.router import codegen
from api.http.errors import HANDLERS
from api.http.inject import with_dependencies
from api.http.surfaces import Surface
from api.identity.github.router import github
from api.json_api.router import json_api
from api.openapi.routes import openapi_routes
from api.operate.audit.router import audit
from api.operate.dev_mailbox import MailboxController
from api.operate.events.router import events
from api.operate.health import HealthController, Readiness
from api.operate.metrics import Exposition, metrics
from api.operate.ops.router import ops
from api.operate.services import Services


def create_app(services: Services) -> Litestar:
    """Return the routes of every surface, behind no edge yet (``api.edge.wrapper.Edge``)."""
    return _application(
        json_api(services),
        *codegen(services),
        github(services.people, services.limits, services.clock),
        audit(services),
        events(services),
        ops(services),
        metrics(services.authenticator, services.exposition),
        with_dependencies(HealthController, readiness=services.readiness),
        *(
            [with_dependencies(MailboxController, mailbox=services.mailbox)]
            if services.mailbox
            else []
        ),
        *openapi_routes([Surface.JSON_API, Surface.CODEGEN, Surface.TASK_BOARD, Surface.OPERATE]),
    )


def create_role_app(
    authenticator: Authenticator, readiness: Readiness, exposition: Exposition
) -> Litestar:
    """Return what a process tells of itself that has no surface to serve."""
    return _application(
        metrics(authenticator, exposition), with_dependencies(HealthController, readiness=readiness)
    )


def _application(*routes: ControllerRouterHandler) -> Litestar:
    return Litestar(
        route_handlers=routes,
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
