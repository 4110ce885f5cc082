"""``/api/auth/github``: the web application flow, for task_board's web UI (seed 003; wire.md).

State, PKCE's verifier and the page to return to are sealed in a cookie of the browser. So any
process can answer the callback, but no other browser can use it.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from litestar import Controller, get

from api.http.base_url import BaseUrl
from api.http.query_params import query_param
from api.http.response import Response, location_header
from api.identity.github.bodies import CallbackQuery, ReturnQuery
from api.identity.github.login import GitHubLogin
from api.identity.open_session import failed_login_response
from api.openapi.documented import COMMON_ERRORS, documented
from api.request import AnyRequest, Header, headers_of
from application.identity.github import AccessDenied, GitHubRefused
from application.identity.logins import LoginResult
from application.identity.secret_tokens import SealedTokens, SecretTokens
from domain.refusals import Invalid, Refusal

COOKIE: Final = "forge_github"
MAX_AGE: Final = timedelta(minutes=10)
STATE_BYTES: Final = 16
VERIFIER_BYTES: Final = 32
HOME: Final = "/docs"
CALLBACK: Final = "/api/auth/github/callback"
OWN_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this service: not ``//host``, nor backslashes, which browsers read as slashes."""


class InvalidReturnTo(Invalid):
    code = "INVALID_RETURN"
    message = "returnTo takes a path of this service, such as /docs."


class LoginAttempt(msgspec.Struct, frozen=True):
    """The state of a log-in while the browser is at GitHub."""

    state: str
    verifier: str
    return_to: str


class GitHubWebController(Controller):
    path = "/auth/github"
    tags = ("GitHub",)

    entrance: GitHubLogin
    sealed: SealedTokens
    tokens: SecretTokens
    site: BaseUrl
    clock: Callable[[], datetime]

    @get(
        "/login",
        operation_id="logInWithGitHub",
        **documented(
            query=ReturnQuery,
            status=302,
            answer_headers=("Location", "Set-Cookie"),
            errors=(400, 429, 500, 503),
            codes={400: ("INVALID_RETURN",), 503: ("GITHUB_NOT_CONFIGURED",)},
        ),
    )
    async def log_in(self, request: AnyRequest) -> Response:
        """Redirect the browser to GitHub, which redirects it to the callback."""
        github = await self.entrance.github(request)
        return_to = query_param(request, "returnTo") or HOME
        if not OWN_PATH.fullmatch(return_to):
            raise InvalidReturnTo
        attempt = LoginAttempt(
            self.tokens.new(STATE_BYTES), self.tokens.new(VERIFIER_BYTES), return_to
        )
        sealed = self.sealed.seal(COOKIE, msgspec.json.encode(attempt), self.clock() + MAX_AGE)
        cookie = self.entrance.opening.cookies.set(COOKIE, sealed, MAX_AGE)
        challenge = _challenge(attempt.verifier)
        return _redirect(
            github.authorization_url(attempt.state, challenge, self._callback_url(request)), cookie
        )

    @get(
        "/callback",
        operation_id="comeBackFromGitHub",
        **documented(
            query=CallbackQuery,
            status=302,
            answer_headers=("Location", "Set-Cookie", "X-Forge-Position"),
            errors=(400, 409, *COMMON_ERRORS),
            codes={
                401: ("GITHUB_REFUSED",),
                403: ("ACCESS_DENIED", "EMAIL_NOT_VERIFIED", "NOT_INVITED", "NO_ORGANISATION"),
                503: ("GITHUB_NOT_CONFIGURED", "GITHUB_UNAVAILABLE"),
            },
        ),
    )
    async def callback(self, request: AnyRequest) -> Response:
        """Log in the browser that GitHub has redirected here."""
        cookies = self.entrance.opening.cookies
        try:
            attempt, logged_in = await self._log_in(request)
        except Refusal as refusal:
            return failed_login_response(request, refusal)
        cleared = cookies.clear(COOKIE)
        return _redirect(attempt.return_to, cleared, *self.entrance.opening.headers(logged_in))

    async def _log_in(self, request: AnyRequest) -> tuple[LoginAttempt, LoginResult]:
        github = await self.entrance.github(request)
        try:
            attempt, code = self._verify_callback(request)
            profile = await github.exchange_code(
                code, attempt.verifier, self._callback_url(request)
            )
        except Refusal as refusal:
            self.entrance.count_refusal(refusal)
            raise
        return attempt, await self.entrance.enter(request, profile)

    def _verify_callback(self, request: AnyRequest) -> tuple[LoginAttempt, str]:
        """Return the attempt and GitHub's code.

        Raises ``GitHubRefused`` for another browser or state, ``AccessDenied`` from the user.
        """
        headers = headers_of(request)
        sealed = self.entrance.opening.cookies.read(headers, COOKIE)
        opened = self.sealed.open(COOKIE, sealed or "", self.clock())
        if opened is None:
            raise GitHubRefused
        attempt = msgspec.json.decode(opened, type=LoginAttempt)
        state = (query_param(request, "state") or "").encode("utf-8", "replace")
        if not hmac.compare_digest(state, attempt.state.encode()):
            raise GitHubRefused
        if query_param(request, "error") is not None:
            raise AccessDenied
        if not (code := query_param(request, "code")):
            raise GitHubRefused
        return attempt, code

    def _callback_url(self, request: AnyRequest) -> str:
        return self.site.base(headers_of(request)) + CALLBACK


def _challenge(verifier: str) -> str:
    """Return PKCE's S256 challenge (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _redirect(location: str, *headers: Header) -> Response:
    return Response(b"", location_header(location), *headers, status=302)
