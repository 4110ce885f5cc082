"""Assembles the HTTP application from ready-made services; no I/O, no globals."""

from litestar import Litestar

from api.audit.router import audit
from api.equip import equip
from api.errors import HANDLERS
from api.events.router import events
from api.health import HealthController
from api.json_api.router import json_api
from api.openapi.routes import openapi_routes
from api.ops.router import ops
from api.services import Services
from api.surfaces import Surface


def create_app(services: Services) -> Litestar:
    """Return the routes of every surface, behind no edge yet (``api.edge.wrapper.Edge``)."""
    return Litestar(
        route_handlers=[
            json_api(services),
            audit(services),
            events(services),
            ops(services),
            equip(HealthController, readiness=services.readiness),
            *openapi_routes([Surface.JSON_API, Surface.OPERATE]),
        ],
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
    )
