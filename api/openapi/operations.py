"""Builds one operation of a document: parameters, request body and every response."""

from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from api.http.envelopes.problem import Envelope
from api.http.envelopes.rendering import envelope_of
from api.http.surfaces import Surface
from api.openapi.documented import OPT, Documented
from api.openapi.parameters import parameters_of
from api.openapi.schemas import Schema, Schemas

TEXT: Final[Schema] = {"schema": {"type": "string"}}
ERROR_HEADERS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}

EDGE_ERRORS: Final = frozenset({HTTPStatus.FORBIDDEN.value, HTTPStatus.MISDIRECTED_REQUEST.value})
"""Statuses of the edge, for any operation: a page of another origin, an unknown Host."""

NUMBER: Final[Schema] = {"schema": {"type": "integer"}}
RATE_HEADERS: Final[Schema] = {
    "X-RateLimit-Limit": NUMBER,
    "X-RateLimit-Remaining": NUMBER,
    "X-RateLimit-Reset": NUMBER,
}


def documentation_of(handler: HTTPRouteHandler) -> Documented:
    """Return the documentation that a route declares, or else just its status."""
    declared: Documented = handler.opt.get(OPT) or Documented(status=handler.status_code)
    return declared


def operation(
    route: HTTPRoute, handler: HTTPRouteHandler, surface: Surface, schemas: Schemas
) -> Schema:
    documented = documentation_of(handler)
    summary, description = _summary_and_description(handler)
    described: Schema = {
        "operationId": handler.operation_id or _camel(handler.handler_name),
        "summary": summary,
        "tags": sorted(handler.resolve_tags()),
        "x-surface": surface.value,
    }
    if description:
        described["description"] = description
    if parameters := parameters_of(route, handler, documented, schemas):
        described["parameters"] = parameters
    if documented.request is not None:
        described["requestBody"] = _request_body(documented, schemas)
    responses = _responses(documented, envelope_of(route.path_format), schemas)
    if "limited" in handler.opt:
        for response in responses.values():
            response["headers"] |= RATE_HEADERS
    described["responses"] = responses
    if security := handler.resolve_security():
        described["security"] = security
    return described


def _request_body(documented: Documented, schemas: Schemas) -> Schema:
    content = _content(schemas.of(documented.request), documented.request_example)
    return {"required": documented.request_required, "content": {"application/json": content}}


def _responses(documented: Documented, error: type[Envelope], schemas: Schemas) -> Schema:
    responses = {str(documented.status): _success(documented, schemas)}
    for status in documented.bodyless:
        responses[str(status)] = _response(status, "", *documented.answer_headers)
    for status in {*documented.errors, *EDGE_ERRORS}:
        codes = ", ".join(documented.codes.get(status, ()))
        refusal = _response(status, codes, *filter(None, [ERROR_HEADERS.get(status)]))
        refusal["content"] = {"application/json": {"schema": schemas.of(error)}}
        responses[str(status)] = refusal
    return dict(sorted(responses.items()))


def _success(documented: Documented, schemas: Schemas) -> Schema:
    success = _response(documented.status, "", *documented.answer_headers)
    if documented.answer is not None:
        content = _content(schemas.of(documented.answer), documented.answer_example)
        success["content"] = {documented.media_type: content}
    if documented.stream_media_type is not None:
        success.setdefault("content", {})[documented.stream_media_type] = TEXT
    return success


def _response(status: int, codes: str, *headers: str) -> Schema:
    phrase = HTTPStatus(status).phrase
    return {
        "description": f"{phrase}: {codes}" if codes else phrase,
        "headers": dict.fromkeys((*headers, "X-Request-Id"), TEXT),
    }


def _content(schema: Schema, example: Any) -> Schema:
    return (
        {"schema": schema} if example is msgspec.UNSET else {"schema": schema, "example": example}
    )


def _summary_and_description(handler: HTTPRouteHandler) -> tuple[str, str]:
    """Return the first line of the handler's docstring, and the rest of it."""
    first, _, rest = (handler.fn.__doc__ or handler.handler_name).strip().partition("\n")
    lines = (line.strip() for line in rest.strip().splitlines())
    summary = handler.summary or first.rstrip(".").replace("`", "")
    return summary, handler.description or "\n".join(lines)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
