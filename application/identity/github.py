"""Port: log-in with GitHub (OAuth web application flow and device flow)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from domain.refusals import Forbidden, Invalid, RateLimited, Unauthorized, Unavailable


class GitHubUnavailable(Unavailable):
    """GitHub is unreachable, fails, or answers in an unknown form."""

    code = "GITHUB_UNAVAILABLE"
    message = "GitHub does not answer as it should. Try again shortly."


class GitHubRefused(Unauthorized):
    code = "GITHUB_REFUSED"
    message = "GitHub does not vouch for this log-in. Begin again."


class EmailNotVerified(Forbidden):
    code = "EMAIL_NOT_VERIFIED"
    message = "The GitHub account has no verified e-mail address."


class AuthorizationPending(Invalid):
    code = "AUTHORIZATION_PENDING"
    message = "The code has not been entered yet. Ask again after the interval."


class SlowDown(RateLimited):
    """RFC 8628, 3.5: polls must be five seconds further apart."""

    code = "SLOW_DOWN"
    message = "Asked too soon: wait five seconds longer between two questions."
    retry_after = 5


class ExpiredToken(Invalid):
    code = "EXPIRED_TOKEN"
    message = "The code has expired. Begin again."


class AccessDenied(Forbidden):
    code = "ACCESS_DENIED"
    message = "The log-in was declined at GitHub."


class Profile(NamedTuple):
    """A GitHub account; ``emails`` are the verified ones, the primary one first."""

    id: str
    emails: Sequence[str]


class DeviceCode(NamedTuple):
    """A device code (RFC 8628): ``user_code`` is shown to the user; times in seconds."""

    code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int


class GitHub(Protocol):
    """Every request raises ``GitHubUnavailable``."""

    def authorization_url(self, state: str, challenge: str, redirect_uri: str) -> str:
        """Return the URL a browser is sent to; ``challenge`` is PKCE's, by S256."""
        ...

    async def exchange_code(self, code: str, verifier: str, redirect_uri: str) -> Profile:
        """Exchange an authorization code for the account; raises ``GitHubRefused``."""
        ...

    async def begin_device(self) -> DeviceCode: ...

    async def poll_device(self, code: str) -> Profile:
        """Return the account that entered a device's code.

        Raises ``AuthorizationPending``, ``SlowDown``, ``ExpiredToken`` or ``AccessDenied``.
        """
        ...
