"""The parameters of an operation: in its path, its query and its headers."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from api.openapi.documented import Documented, RequestHeader
from api.openapi.schemas import Schema, Schemas

Parameter: TypeAlias = dict[str, Any]

# What Litestar gives a handler of itself, which no client sends.
INJECTED: Final = {"request", "headers", "cookies", "query", "state", "scope", "body", "data"}
CONSTRAINTS: Final = (
    "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "description",
)  # fmt: skip


def parameters_of(
    route: HTTPRoute, handler: HTTPRouteHandler, documented: Documented, schemas: Schemas
) -> list[Parameter]:
    found = [_in_path(name, definition.type) for name, definition in route.path_parameters.items()]
    if documented.query is not None:
        found += _in_query(schemas.query(documented.query))
    found += _in_signature(route, handler)
    found += [_in_header(header) for header in documented.headers]
    return found


def _in_path(name: str, shape: type) -> Parameter:
    return {"name": name, "in": "path", "required": True, "schema": msgspec.json.schema(shape)}


def _in_query(shape: Schema) -> Iterator[Parameter]:
    required = shape.get("required", [])
    for name, schema in shape["properties"].items():
        yield _parameter(name, "query", _never_null(schema), required=name in required)


def _never_null(schema: Schema) -> Schema:
    """Take ``null`` out: a parameter is given as text or left away."""
    kept: Schema = {key: value for key, value in schema.items() if value is not None}
    branches = [each for each in kept.get("anyOf", []) if each != {"type": "null"}]
    if len(branches) == 1:
        del kept["anyOf"]
        kept |= branches[0]
    return kept


def _in_header(header: RequestHeader) -> Parameter:
    schema = {**header.schema, "description": header.description}
    return _parameter(header.name, "header", schema, required=False)


def _in_signature(route: HTTPRoute, handler: HTTPRouteHandler) -> Iterator[Parameter]:
    """Find what Litestar itself takes from the query or a header for a handler's argument."""
    known = {*route.path_parameters, *handler.resolve_dependencies(), *INJECTED}
    for name, field in handler.parsed_fn_signature.parameters.items():
        if name in known:
            continue
        stated = field.kwarg_definition
        header = getattr(stated, "header", None)
        alias = header or getattr(stated, "query", None) or name
        place = "header" if header else "query"
        yield _parameter(alias, place, _schema_of(field), required=field.is_required)


def _schema_of(field: FieldDefinition) -> Schema:
    stated = field.kwarg_definition
    if not isinstance(stated, ParameterKwarg):
        return msgspec.json.schema(field.annotation)
    named = {name: getattr(stated, name) for name in CONSTRAINTS}
    given = {name: value for name, value in named.items() if value is not None}
    return msgspec.json.schema(Annotated[field.annotation, msgspec.Meta(**given)])


def _parameter(name: str, place: str, schema: Schema, *, required: bool) -> Parameter:
    description = schema.pop("description", None)
    told = {"description": description} if description else {}
    return {"name": name, "in": place, "required": required, **told, "schema": schema}
