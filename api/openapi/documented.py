"""The documentation that a route declares for the API document.

Handlers read the raw request, so their signatures do not show bodies, queries or headers.

``@post("/documents", **documented(request=NewDocument, answer=DocumentAnswer, status=201, ...))``
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar.openapi.spec import SecurityRequirement

OPT: Final = "documented"
SCHEME: Final = "bearerApiKey"
SESSION_SCHEME: Final = "loginSession"
# For the ``security`` of a router: its operations take an API key, or a login session.
BEARER: Final[list[SecurityRequirement]] = [{SCHEME: []}]
COOKIE: Final[list[SecurityRequirement]] = [{SESSION_SCHEME: []}]
TEXT: Final[Mapping[str, Any]] = {"type": "string"}
COMMON_ERRORS: Final = (401, 403, 429, 500, 503)
"""Statuses of every operation that needs a caller: key, scope, rate limit, fault, overload."""


class RequestHeader(msgspec.Struct, frozen=True):
    name: str
    description: str
    schema: Mapping[str, Any]


IDEMPOTENCY_KEY: Final = RequestHeader(
    "Idempotency-Key",
    "Repeating a request with the same key and body replays its first answer, for 24 hours.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)
IF_MATCH: Final = RequestHeader(
    "If-Match", "Only act when the resource still has this ETag, else answer 412.", TEXT
)
IF_NONE_MATCH: Final = RequestHeader(
    "If-None-Match", "Answer 304 when the resource still has this ETag.", TEXT
)
MIN_POSITION: Final = RequestHeader(
    "X-Forge-Min-Position",
    "Wait, for a bounded time, until the answer reflects the log up to this position.",
    {"type": "integer", "minimum": 0},
)


class Documented(msgspec.Struct, frozen=True, kw_only=True):
    """Types are any that msgspec has a JSON Schema for; ``None`` is no body."""

    answer: Any = None
    status: int = HTTPStatus.OK
    media_type: str = "application/json"
    stream_media_type: str | None = None
    answer_headers: tuple[str, ...] = ()
    answer_example: Any = msgspec.UNSET
    bodyless: tuple[int, ...] = ()
    request: Any = None
    request_example: Any = msgspec.UNSET
    request_required: bool = True
    query: type[msgspec.Struct] | None = None
    headers: tuple[RequestHeader, ...] = ()
    errors: tuple[int, ...] = ()
    codes: Mapping[int, tuple[str, ...]] = {}


def documented(**fields: Any) -> dict[str, Any]:
    """Return a route decorator's keyword arguments: status, and ``Documented(**fields)``.

    ``stream_media_type`` is that of the same answer as an event stream, ``bodyless`` are further
    statuses without a body (304), ``codes`` the error codes of a status, ``query`` a Struct with a
    field per query parameter.
    """
    declared = Documented(**fields)
    # Handlers return ASGI applications, which Litestar takes for a body, and a 204 has none.
    empty = declared.status == HTTPStatus.NO_CONTENT
    return {"status_code": HTTPStatus.OK if empty else declared.status, "opt": {OPT: declared}}
