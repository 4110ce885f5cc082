"""Assembles the HTTP application from ready-made routes; no I/O, no globals."""

from collections.abc import Sequence
from typing import Final

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from api.auth.authenticator import Authenticator
from api.dispatch.dispatcher import Dispatcher
from api.http.errors import HANDLERS
from api.http.inject import with_dependencies
from api.http.surfaces import Surface
from api.openapi.routes import openapi_routes
from api.operate.dev_mailbox import MailboxController
from api.operate.health import HealthController, Readiness
from api.operate.metrics import Exposition, metrics
from application.mail.mail import Mailbox

DOCUMENTED: Final = (Surface.JSON_API, Surface.CODEGEN, Surface.TASK_BOARD, Surface.OPERATE)


def create_app(
    routes: Sequence[ControllerRouterHandler],
    *,
    authenticator: Authenticator,
    readiness: Readiness,
    exposition: Exposition,
    mailbox: Mailbox | None,
) -> Dispatcher:
    """Return the routes given and those that every service has, behind no edge yet.

    The edge is ``api.edge.wrapper.Edge``. ``mailbox`` is there where mail ends up in one of ours.
    Raises ``UnreadableRoute``.
    """
    mailboxes = [with_dependencies(MailboxController, mailbox=mailbox)] if mailbox else []
    return _application(
        *routes,
        metrics(authenticator, exposition),
        with_dependencies(HealthController, readiness=readiness),
        *mailboxes,
        *openapi_routes(DOCUMENTED),
    )


def create_role_app(
    *, authenticator: Authenticator, readiness: Readiness, exposition: Exposition
) -> Dispatcher:
    """Return what a process tells of itself that has no surface to serve."""
    return _application(
        metrics(authenticator, exposition), with_dependencies(HealthController, readiness=readiness)
    )


def _application(*routes: ControllerRouterHandler) -> Dispatcher:
    return Dispatcher(
        Litestar(
            route_handlers=routes,
            exception_handlers=HANDLERS,
            openapi_config=None,
            logging_config=None,
        )
    )
