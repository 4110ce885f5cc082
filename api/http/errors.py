"""Exception handlers: one table maps kinds of refusal to HTTP statuses."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import litestar
import structlog
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from api.http.envelopes.problem import INTERNAL_ERROR, Problem
from api.http.envelopes.rendering import render
from api.http.response import JSON, Response
from api.request import AnyRequest, Header
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
# Codes of errors that no rule names: the generic ones of the seeds.
GENERIC_CODES: Final = {
    HTTPStatus.BAD_REQUEST: "VALIDATION_ERROR",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: refusals.TooLarge.code,
    HTTPStatus.TOO_MANY_REQUESTS: refusals.RateLimited.code,
}
RETRYABLE: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
RETRY_SECONDS: Final = 1
AUTHENTICATE: Final = (b"www-authenticate", b"Bearer")

_log = structlog.get_logger(__name__)


def status_of(refusal: Refusal) -> HTTPStatus:
    """Return the status of a refusal: that of its nearest class in the table."""
    return next(status for kind in type(refusal).__mro__ if (status := STATUS.get(kind)))


def problem_of(refusal: Refusal) -> Problem:
    """Describe a refusal; its ``details``, if it has any, are safe to show."""
    status = status_of(refusal)
    generic = refusal.code in (refusals.Invalid.code, refusals.Refusal.code)
    code = GENERIC_CODES[HTTPStatus.BAD_REQUEST] if generic else refusal.code
    return Problem(status, code, str(refusal) or code, getattr(refusal, "details", {}))


def error_response(request: AnyRequest, error: Exception) -> Response:
    """Answer an exception by the handler of its nearest class."""
    handle = next(found for kind in type(error).__mro__ if (found := _RESPONSES.get(kind)))
    return handle(request, error)


def refusal_response(request: AnyRequest, refusal: Refusal) -> Response:
    """Answer a refusal: its status, and when or how to try again."""
    problem = problem_of(refusal)
    headers: list[Header] = []
    if problem.status in RETRYABLE:
        seconds = getattr(refusal, "retry_after", RETRY_SECONDS)
        headers.append((b"retry-after", b"%d" % seconds))
    if problem.status is HTTPStatus.UNAUTHORIZED:
        headers.append(AUTHENTICATE)
    return problem_response(request, problem, *headers)


def http_error_response(request: AnyRequest, error: HTTPException) -> Response:
    """Answer what Litestar itself refuses: an unknown path or method, a bad parameter."""
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal_error_response(request, error)
    message = _parameter_errors(error) if isinstance(error, ValidationException) else error.detail
    problem = Problem(status, GENERIC_CODES.get(status, status.name), message)
    return problem_response(request, problem, *_with_head(error.headers or {}))


def internal_error_response(request: AnyRequest, error: Exception) -> Response:
    """Answer 500 and log the exception; the request id connects the two."""
    request_id = request.scope["state"].get("request_id")
    _log.error("request crashed", request_id=request_id, path=request.scope["path"], exc_info=error)
    return problem_response(request, INTERNAL_ERROR)


def problem_response(request: AnyRequest, problem: Problem, *headers: Header) -> Response:
    """Answer with a problem in the error format of the path's surface."""
    body = render(request.scope["path"], problem)
    return Response(body, JSON, *headers, status=problem.status)


def _with_head(headers: Mapping[str, str]) -> Iterator[Header]:
    """Return headers, with ``HEAD`` in ``Allow`` beside ``GET``: the edge answers it."""
    for name, value in headers.items():
        allowed = {*value.split(", ")} if name.lower() == "allow" else ()
        text = ", ".join(sorted({*allowed, "HEAD"})) if "GET" in allowed else value
        yield name.lower().encode(), text.encode()


def _parameter_errors(error: ValidationException) -> str:
    """Return a text such as ``limit: Expected `int` <= 100`` for each invalid parameter."""
    errors = error.extra if isinstance(error.extra, list) else []
    texts = [f"{item['key']}: {item['message']}" for item in errors if "key" in item]
    return "; ".join(texts) or error.detail


_RESPONSES: Final[Mapping[type, Callable[[AnyRequest, Any], Response]]] = {
    Refusal: refusal_response,
    HTTPException: http_error_response,
    Exception: internal_error_response,
}


class _LitestarResponse(litestar.Response[None]):
    """A response of ours where Litestar takes its own: from exception handlers."""

    def __init__(self, response: Response) -> None:
        super().__init__(None)
        self._response = response

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        return self._send

    async def _send(self, scope: Any, receive: Any, send: Any) -> None:
        await self._response(scope, receive, send)


def _litestar_response(request: AnyRequest, error: Exception) -> _LitestarResponse:
    return _LitestarResponse(error_response(request, error))


HANDLERS: Final[ExceptionHandlersMap] = {Exception: _litestar_response}
"""For an application of Litestar: its router raises 404, 405 and errors of parameters."""
