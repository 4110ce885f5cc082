"""Log-in by GitHub, for both flows: rate limits, and the session."""

from typing import Final

from api.auth.client_address import client_of
from api.identity.open_session import OpenSession
from api.request import AnyRequest
from application.identity.github import GitHub, Profile
from application.identity.github_logins import GitHubLogins
from application.identity.logins import LoginRequest, LoginResult
from application.limits.rate_limits import Limits, Use
from domain.identity.events import LogInMethod
from domain.refusals import Refusal, Unavailable

LOG_INS: Final = "log_in.address"
POLLS: Final = "github.polls"
"""The rate of polls per address: higher, because a device polls many times per log-in."""


class GitHubNotConfigured(Unavailable):
    code = "GITHUB_NOT_CONFIGURED"
    message = "This service is not registered with GitHub. Contact its operator."


class GitHubLogin:
    """``github`` is ``None`` where the operator has configured no GitHub application."""

    def __init__(
        self, github: GitHub | None, logins: GitHubLogins, opening: OpenSession, limits: Limits
    ) -> None:
        self._github = github
        self._logins = logins
        self._limits = limits
        self.opening = opening

    async def github(self, request: AnyRequest, rate: str = LOG_INS) -> GitHub:
        """Return GitHub's API; raises ``GitHubNotConfigured`` or ``Exceeded`` (by address)."""
        if self._github is None:
            raise GitHubNotConfigured
        await self._limits.require(Use(rate, client_of(request)))
        return self._github

    async def count_poll(self, device: str) -> None:
        """Count a poll of a device; raises ``Exceeded`` when it polls too often."""
        await self._limits.require(Use("github.device", device))

    async def enter(self, request: AnyRequest, profile: Profile) -> LoginResult:
        """Log in the user of a GitHub profile."""

        async def log_in(login_request: LoginRequest) -> LoginResult:
            return await self._logins.log_in(profile, login_request)

        email = profile.emails[0] if profile.emails else ""
        login_request = self.opening.login_request(request, email, LogInMethod.GITHUB)
        return await self.opening.enter(request, login_request, log_in)

    def count_refusal(self, refusal: Refusal) -> None:
        """Count a log-in that failed before GitHub had named the user."""
        self.opening.count_refusal(LogInMethod.GITHUB, refusal)
