"""Why the answer is no: kinds of refusal, which each API surface translates once.

A kind decides the HTTP status (``api/http/errors.py``); a subclass names the code that clients see.
"""

from typing import ClassVar


class Refusal(Exception):
    """A no the caller can understand and act on. ``str()`` of it is safe to show."""

    code: ClassVar[str] = "REFUSED"
    message: ClassVar[str] = "The request was refused."

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else self.message


class Invalid(Refusal):
    """The request itself is wrong: 400."""

    code = "INVALID"
    message = "The request is not valid."


class Unauthorized(Refusal):
    """Nobody the service knows: 401."""

    code = "UNAUTHORIZED"
    message = "A valid API key is required."


class Forbidden(Refusal):
    """Known, but not allowed: 403."""

    code = "FORBIDDEN"
    message = "This key does not allow that."


class NotFound(Refusal):
    """Not there, or not the caller's, which answers exactly alike: 404."""

    code = "NOT_FOUND"
    message = "Not found."


class Conflict(Refusal):
    """The present state does not allow it: 409."""

    code = "CONFLICT"
    message = "The request conflicts with the present state."


class PreconditionFailed(Refusal):
    """The caller's ``If-Match`` names a version that is no longer current: 412."""

    code = "PRECONDITION_FAILED"
    message = "The resource has changed since the version named by If-Match."


class TimedOut(Refusal):
    """What was asked for took longer than it may: 408."""

    code = "TIMEOUT"
    message = "The request took longer than it may."


class TooLarge(Refusal):
    """More than the plan or the service takes: 413."""

    code = "PAYLOAD_TOO_LARGE"
    message = "The request is larger than the plan allows."


class Unprocessable(Refusal):
    """Well-formed, but at odds with an earlier request: 422."""

    code = "UNPROCESSABLE"
    message = "The request contradicts an earlier one."


class RateLimited(Refusal):
    """Too many, or too much for now: 429."""

    code = "RATE_LIMITED"
    message = "Too many requests."


class Failed(Refusal):
    """Nothing is wrong with the request, and it came to nothing all the same: 500."""

    code = "INTERNAL_ERROR"


class UpstreamFailed(Refusal):
    """Somebody else's server, which it takes, gave no answer that can be used: 502."""

    code = "UPSTREAM_FAILED"
    message = "Another service gave no answer that can be used."


class Unavailable(Refusal):
    """Not now; the caller may try again after a pause: 503 with ``Retry-After``."""

    code = "UNAVAILABLE"
    message = "The service cannot answer now. Try again shortly."
