"""The one table from kinds of refusal to HTTP, and Litestar's handlers that consult it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog
from litestar import MediaType, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from api.http.envelopes.problem import INTERNAL_ERROR, Problem
from api.http.envelopes.rendering import render
from api.request import AnyRequest
from domain import refusals
from domain.refusals import Refusal

STATUS: Final[dict[type, HTTPStatus]] = {
    refusals.Invalid: HTTPStatus.BAD_REQUEST,
    refusals.Unauthorized: HTTPStatus.UNAUTHORIZED,
    refusals.Forbidden: HTTPStatus.FORBIDDEN,
    refusals.NotFound: HTTPStatus.NOT_FOUND,
    refusals.Conflict: HTTPStatus.CONFLICT,
    refusals.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    refusals.TimedOut: HTTPStatus.REQUEST_TIMEOUT,
    refusals.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    refusals.Unprocessable: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    refusals.Failed: HTTPStatus.INTERNAL_SERVER_ERROR,
    refusals.UpstreamFailed: HTTPStatus.BAD_GATEWAY,
    refusals.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    refusals.Refusal: HTTPStatus.BAD_REQUEST,
}
# What clients are told where no rule has a code of its own: the seeds' generic names.
GENERIC: Final = {
    HTTPStatus.BAD_REQUEST: "VALIDATION_ERROR",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: refusals.TooLarge.code,
    HTTPStatus.TOO_MANY_REQUESTS: refusals.RateLimited.code,
}
PAUSED: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
PAUSE_SECONDS: Final = 1

_log = structlog.get_logger(__name__)


def status_of(refusal: Refusal) -> HTTPStatus:
    """Look the kind up the way Python looks up methods: the nearest ancestor wins."""
    return next(status for kind in type(refusal).__mro__ if (status := STATUS.get(kind)))


def problem_of(refusal: Refusal) -> Problem:
    """Describe a refusal; it may carry ``details``, a mapping that is safe to show."""
    status = status_of(refusal)
    generic = refusal.code in (refusals.Invalid.code, refusals.Refusal.code)
    code = GENERIC[HTTPStatus.BAD_REQUEST] if generic else refusal.code
    return Problem(status, code, str(refusal) or code, getattr(refusal, "details", {}))


def refused(request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    problem = problem_of(refusal)
    headers: dict[str, str] = {}
    if problem.status in PAUSED:
        headers["Retry-After"] = str(getattr(refusal, "retry_after", PAUSE_SECONDS))
    if problem.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return answered(request, problem, headers)


def http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Answer for what Litestar itself refuses: no such path or method, a bad parameter."""
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return crashed(request, error)
    message = _complaints(error) if isinstance(error, ValidationException) else error.detail
    problem = Problem(status, GENERIC.get(status, status.name), message)
    return answered(request, problem, _with_head(error.headers or {}))


def crashed(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Tell the log everything and the client only where to ask."""
    request_id = request.scope["state"].get("request_id")
    _log.error("request crashed", request_id=request_id, path=request.scope["path"], exc_info=error)
    return answered(request, INTERNAL_ERROR, {})


HANDLERS: Final[ExceptionHandlersMap] = {
    Refusal: refused,
    HTTPException: http_error,
    Exception: crashed,
}


def answered(request: AnyRequest, problem: Problem, headers: Mapping[str, str]) -> Response[bytes]:
    return Response(
        render(request.scope["path"], problem),
        status_code=problem.status,
        media_type=MediaType.JSON,
        headers=headers,
    )


def _with_head(headers: Mapping[str, str]) -> dict[str, str]:
    """``HEAD`` works wherever ``GET`` does (the edge sees to it), so ``Allow`` says so."""
    allowed = headers.get("allow", "").split(", ")
    if "GET" not in allowed:
        return dict(headers)
    return {**headers, "allow": ", ".join(sorted({*allowed, "HEAD"}))}


def _complaints(error: ValidationException) -> str:
    """``limit: Expected `int` <= 100`` for each parameter that is wrong."""
    found = error.extra if isinstance(error.extra, list) else []
    told = [f"{item['key']}: {item['message']}" for item in found if "key" in item]
    return "; ".join(told) or error.detail
