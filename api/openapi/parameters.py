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

# Arguments that Litestar provides, which no client sends.
INJECTED: Final = {"request", "headers", "cookies", "query", "state", "scope", "body", "data"}
CONSTRAINTS: Final = (
    "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "description",
)  # fmt: skip


def parameters_of(
    route: HTTPRoute, handler: HTTPRouteHandler, documented: Documented, schemas: Schemas
) -> list[Parameter]:
    parameters = [_in_path(name, each.type) for name, each in route.path_parameters.items()]
    if documented.query is not None:
        parameters += _in_query(schemas.query(documented.query))
    parameters += _in_signature(route, handler)
    parameters += [_in_header(header) for header in documented.headers]
    return parameters


def _in_path(name: str, shape: type) -> Parameter:
    return {"name": name, "in": "path", "required": True, "schema": msgspec.json.schema(shape)}


def _in_query(shape: Schema) -> Iterator[Parameter]:
    required = shape.get("required", [])
    for name, schema in shape["properties"].items():
        yield _parameter(name, "query", _without_null(schema), required=name in required)


def _without_null(schema: Schema) -> Schema:
    """Remove ``null``: a parameter is text or absent."""
    result: Schema = {key: value for key, value in schema.items() if value is not None}
    branches = [each for each in result.get("anyOf", []) if each != {"type": "null"}]
    if len(branches) == 1:
        del result["anyOf"]
        result |= branches[0]
    return result


def _in_header(header: RequestHeader) -> Parameter:
    schema = {**header.schema, "description": header.description}
    return _parameter(header.name, "header", schema, required=False)


def _in_signature(route: HTTPRoute, handler: HTTPRouteHandler) -> Iterator[Parameter]:
    """Yield the handler's arguments that Litestar reads from the query or a header."""
    known = {*route.path_parameters, *handler.resolve_dependencies(), *INJECTED}
    for name, field in handler.parsed_fn_signature.parameters.items():
        if name in known:
            continue
        kwarg = field.kwarg_definition
        header = getattr(kwarg, "header", None)
        alias = header or getattr(kwarg, "query", None) or name
        location = "header" if header else "query"
        yield _parameter(alias, location, _schema_of(field), required=field.is_required)


def _schema_of(field: FieldDefinition) -> Schema:
    kwarg = field.kwarg_definition
    if not isinstance(kwarg, ParameterKwarg):
        return msgspec.json.schema(field.annotation)
    values = {name: getattr(kwarg, name) for name in CONSTRAINTS}
    constraints = {name: value for name, value in values.items() if value is not None}
    return msgspec.json.schema(Annotated[field.annotation, msgspec.Meta(**constraints)])


def _parameter(name: str, location: str, schema: Schema, *, required: bool) -> Parameter:
    description = schema.pop("description", None)
    described = {"description": description} if description else {}
    return {"name": name, "in": location, "required": required, **described, "schema": schema}
