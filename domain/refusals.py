"""Refusals: kinds of client-visible errors, which each API surface renders once.

A kind decides the HTTP status (``api/http/errors.py``); a subclass names the code that clients see.
"""

from typing import ClassVar


class Refusal(Exception):
    """Base of errors that clients see. ``str()`` of it is safe to show."""

    code: ClassVar[str] = "REFUSED"
    message: ClassVar[str] = "The request was refused."

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else self.message


class Invalid(Refusal):
    """The request is invalid: 400."""

    code = "INVALID"
    message = "The request is not valid."


class Unauthorized(Refusal):
    """The caller is not authenticated: 401."""

    code = "UNAUTHORIZED"
    message = "A valid API key is required."


class Forbidden(Refusal):
    """The caller is authenticated, but not allowed to do this: 403."""

    code = "FORBIDDEN"
    message = "This key does not allow that."


class NotFound(Refusal):
    """The resource does not exist or is not the caller's, with the same response: 404."""

    code = "NOT_FOUND"
    message = "Not found."


class Conflict(Refusal):
    """The present state does not allow the request: 409."""

    code = "CONFLICT"
    message = "The request conflicts with the present state."


class PreconditionFailed(Refusal):
    """The caller's ``If-Match`` names a version that is no longer current: 412."""

    code = "PRECONDITION_FAILED"
    message = "The resource has changed since the version named by If-Match."


class TimedOut(Refusal):
    """The request exceeded its time limit: 408."""

    code = "TIMEOUT"
    message = "The request took longer than it may."


class TooLarge(Refusal):
    """The request exceeds a size limit of the plan or the service: 413."""

    code = "PAYLOAD_TOO_LARGE"
    message = "The request is larger than the plan allows."


class Unprocessable(Refusal):
    """The request is well-formed, but contradicts an earlier one: 422."""

    code = "UNPROCESSABLE"
    message = "The request contradicts an earlier one."


class RateLimited(Refusal):
    """A rate limit or quota is exceeded: 429."""

    code = "RATE_LIMITED"
    message = "Too many requests."


class Failed(Refusal):
    """The request is valid, but failed: 500."""

    code = "INTERNAL_ERROR"


class UpstreamFailed(Refusal):
    """A third-party server failed or gave an unusable response: 502."""

    code = "UPSTREAM_FAILED"
    message = "Another service gave no answer that can be used."


class Unavailable(Refusal):
    """The service is temporarily unavailable: 503 with ``Retry-After``."""

    code = "UNAVAILABLE"
    message = "The service cannot answer now. Try again shortly."
