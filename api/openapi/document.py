"""Builds OpenAPI 3.1 documents from the routes of surfaces."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute, HTTPRoute

from api.http.envelopes.rendering import envelope_of
from api.http.surfaces import Surface, surface_of
from api.http.version import VERSION
from api.openapi.catalogue import ABOUT, About
from api.openapi.documented import SCHEME, SESSION_SCHEME
from api.openapi.operations import documentation_of, operation
from api.openapi.schemas import Schema, Schemas, bodies_of

KEY_SCHEME: Final[Schema] = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "fje_…",
    "description": "An API key, sent as `Authorization: Bearer fje_…`.",
}

SESSION_SCHEME_OBJECT: Final[Schema] = {
    "type": "apiKey",
    "in": "cookie",
    "name": "forge_session",
    "description": "A login session, as `POST /v1/auth/magic-link/verify` opens one. In remote "
    "mode its cookie is called `__Host-forge_session`. Unsafe methods also need a same-origin "
    "`Origin` header.",
}


class Documentable(NamedTuple):
    surface: Surface
    route: HTTPRoute
    method: str
    handler: HTTPRouteHandler


def document(about: About, routes: Iterable[BaseRoute], surfaces: Collection[Surface]) -> Schema:
    """Return the document as plain values; paths are in the order of registration."""
    operations = [each for each in _documentable(routes) if each.surface in surfaces]
    schemas = _schemas(operations)
    paths: dict[str, Schema] = {}
    for surface, route, method, handler in operations:
        item = paths.setdefault(route.path_format, {})
        item[method.lower()] = operation(route, handler, surface, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": about.title, "version": VERSION, "description": about.description},
        "servers": [{"url": "/"}],
        "x-surfaces": {surface.value: _surface_info(ABOUT[surface]) for surface in surfaces},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "securitySchemes": {SCHEME: KEY_SCHEME, SESSION_SCHEME: SESSION_SCHEME_OBJECT},
        },
    }


def _surface_info(about: About) -> Schema:
    documents = list(about.addresses)
    return {"title": about.title, "description": about.description, "documents": documents}


def _documentable(routes: Iterable[BaseRoute]) -> Iterator[Documentable]:
    for route in routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            if handler.resolve_include_in_schema():
                yield Documentable(surface_of(route.path_format), route, method, handler)


def _schemas(operations: Collection[Documentable]) -> Schemas:
    documentations = [documentation_of(each.handler) for each in operations]
    types = [shape for documented in documentations for shape in bodies_of(documented)]
    errors = [envelope_of(each.route.path_format) for each in operations]
    queries = [documented.query for documented in documentations if documented.query is not None]
    return Schemas([*types, *errors], queries)
