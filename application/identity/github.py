"""Port: GitHub as somebody who vouches for people (OAuth web application flow and device flow)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from domain.refusals import Forbidden, Invalid, RateLimited, Unauthorized, Unavailable


class GitHubUnavailable(Unavailable):
    """Away, in trouble, or saying what nobody understands."""

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
    """RFC 8628, 3.5: five seconds more between two questions."""

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
    """``emails`` are verified, the primary one in front."""

    id: str
    emails: Sequence[str]


class DeviceCode(NamedTuple):
    """What a device shows and what it asks with; times in seconds."""

    code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int


class GitHub(Protocol):
    """Every question raises ``GitHubUnavailable``."""

    def authorization(self, state: str, challenge: str, redirect_uri: str) -> str:
        """Return where a browser is sent to be asked; ``challenge`` is PKCE's, by S256."""
        ...

    async def by_code(self, code: str, verifier: str, redirect_uri: str) -> Profile:
        """Return whom a browser came back with word of; raises ``GitHubRefused``."""
        ...

    async def begin_device(self) -> DeviceCode: ...

    async def by_device(self, code: str) -> Profile:
        """Return who entered a device's code.

        Raises ``AuthorizationPending``, ``SlowDown``, ``ExpiredToken`` or ``AccessDenied``.
        """
        ...
