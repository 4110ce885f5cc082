"""``/api/auth/github``: the web application flow, for task_board's web UI (seed 003; wire.md).

What has to survive the way to GitHub and back is sealed in a cookie of the browser that asks:
state, PKCE's verifier, and where to go then. Any process answers the way back, no other browser.
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

from api.auth.cookies import OVER
from api.http.base_url import BaseUrl
from api.http.query_params import query_param
from api.http.response import Response, location_header
from api.identity.github.bodies import CallbackQuery, ReturnQuery
from api.identity.github.login import GitHubLogin
from api.identity.open_session import refused_login
from api.openapi.documented import COMMON_ERRORS, documented
from api.request import AnyRequest, Header, headers_of
from application.identity.github import AccessDenied, GitHubRefused
from application.identity.logins import LoggedIn
from application.identity.secret_tokens import SealedTokens, SecretTokens
from domain.refusals import Invalid, Refusal

COOKIE: Final = "forge_github"
LASTING: Final = timedelta(minutes=10)
STATE_BYTES: Final = 16
VERIFIER_BYTES: Final = 32
HOME: Final = "/docs"
CALLBACK: Final = "/api/auth/github/callback"
OWN_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of ours: neither another host's (``//``), nor what browsers make of backslashes."""


class InvalidReturn(Invalid):
    code = "INVALID_RETURN"
    message = "returnTo takes a path of this service, such as /docs."


class Away(msgspec.Struct, frozen=True):
    """What the browser takes along to GitHub and back."""

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
        """Send the browser to GitHub, to come back logged in."""
        github = await self.entrance.github(request)
        return_to = query_param(request, "returnTo") or HOME
        if not OWN_PATH.fullmatch(return_to):
            raise InvalidReturn
        away = Away(self.tokens.new(STATE_BYTES), self.tokens.new(VERIFIER_BYTES), return_to)
        taken = self.sealed.seal(COOKIE, msgspec.json.encode(away), self.clock() + LASTING)
        cookie = self.entrance.opening.cookies.set(COOKIE, taken, LASTING)
        challenge = _challenge(away.verifier)
        return _redirect(github.authorization(away.state, challenge, self._back(request)), cookie)

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
    async def come_back(self, request: AnyRequest) -> Response:
        """Log in the browser that GitHub has sent back."""
        cookies = self.entrance.opening.cookies
        try:
            away, logged_in = await self._let_in(request)
        except Refusal as refusal:
            return refused_login(request, refusal)
        over = cookies.set(COOKIE, "", OVER)
        return _redirect(away.return_to, over, *self.entrance.opening.headers(logged_in))

    async def _let_in(self, request: AnyRequest) -> tuple[Away, LoggedIn]:
        github = await self.entrance.github(request)
        try:
            away, code = self._returned(request)
            profile = await github.by_code(code, away.verifier, self._back(request))
        except Refusal as refusal:
            self.entrance.refused(refusal)
            raise
        return away, await self.entrance.enter(request, profile)

    def _returned(self, request: AnyRequest) -> tuple[Away, str]:
        """Insist that it is the browser that was sent away, and came back with a code."""
        headers = headers_of(request)
        taken = self.entrance.opening.cookies.read(headers, COOKIE)
        opened = self.sealed.open(COOKIE, taken or "", self.clock())
        if opened is None:
            raise GitHubRefused
        away = msgspec.json.decode(opened, type=Away)
        state = (query_param(request, "state") or "").encode("utf-8", "replace")
        if not hmac.compare_digest(state, away.state.encode()):
            raise GitHubRefused
        if query_param(request, "error") is not None:
            raise AccessDenied
        if not (code := query_param(request, "code")):
            raise GitHubRefused
        return away, code

    def _back(self, request: AnyRequest) -> str:
        return self.site.base(headers_of(request)) + CALLBACK


def _challenge(verifier: str) -> str:
    """Return PKCE's S256 challenge (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _redirect(location: str, *headers: Header) -> Response:
    return Response(b"", location_header(location), *headers, status=302)
