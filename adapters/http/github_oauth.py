"""GitHub OAuth client: the web application flow and the device flow (docs.github.com).

The addresses are configured by the operator, for an Enterprise server. The access token is used
once, to read the account, and not stored. A response that is late, too large, compressed, a
redirect or of another shape counts as no response.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

import httpx
import msgspec

from application.identity.github import (
    AccessDenied,
    AuthorizationPending,
    DeviceCode,
    ExpiredToken,
    GitHubRefused,
    GitHubUnavailable,
    Profile,
    SlowDown,
)
from domain.identity.email import InvalidEmail, canonical_email
from domain.refusals import Refusal

SCOPE: Final = "read:user user:email"
TIMEOUT_SECONDS: Final = 10.0
"""For a whole response, however slowly it comes."""
MAX_BYTES: Final = 256 * 1024
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # a compressed body may be far larger than it looks
    "User-Agent": "Forge",
}
REFUSALS: Final[dict[str, type[Refusal]]] = {
    "authorization_pending": AuthorizationPending,
    "slow_down": SlowDown,
    "expired_token": ExpiredToken,
    "incorrect_device_code": ExpiredToken,
    "access_denied": AccessDenied,
    "bad_verification_code": GitHubRefused,
    "redirect_uri_mismatch": GitHubRefused,
    "unverified_user_email": GitHubRefused,
}


Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
Visible = Annotated[str, msgspec.Meta(pattern="^[!-~]*$", max_length=1_000)]
Address = Annotated[str, msgspec.Meta(pattern="^https?://[!-~]+$", max_length=1_000)]
Seconds = Annotated[int, msgspec.Meta(gt=0, le=86_400)]


class Token(msgspec.Struct):
    """The token response: an access token or an error."""

    access_token: Visible = ""
    error: str = ""


class Account(msgspec.Struct):
    id: Annotated[int, msgspec.Meta(gt=0)]


class Email(msgspec.Struct):
    email: str
    primary: bool
    verified: bool


class Device(msgspec.Struct):
    device_code: Text
    user_code: Text
    verification_uri: Address
    expires_in: Seconds
    interval: Seconds = 5


class GitHubApp(NamedTuple):
    """Credentials and addresses of the OAuth app; no slash at the end of ``web`` and ``api``."""

    client_id: str
    client_secret: str
    web: str = "https://github.com"
    api: str = "https://api.github.com"


class GitHubOAuth:
    """Implements ``application.identity.github.GitHub``."""

    def __init__(self, app: GitHubApp) -> None:
        self._app = app

    def authorization_url(self, state: str, challenge: str, redirect_uri: str) -> str:
        query = {
            "client_id": self._app.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._app.web}/login/oauth/authorize?{urlencode(query)}"

    async def exchange_code(self, code: str, verifier: str, redirect_uri: str) -> Profile:
        grant = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
        return await self._profile(grant | {"client_secret": self._app.client_secret})

    async def begin_device(self) -> DeviceCode:
        form = {"client_id": self._app.client_id, "scope": SCOPE}
        async with self._client() as client:
            url = f"{self._app.web}/login/device/code"
            device = await _fetch(client, "POST", url, Device, data=form)
        return DeviceCode(*msgspec.structs.astuple(device))

    async def poll_device(self, code: str) -> Profile:
        return await self._profile({"device_code": code, "grant_type": DEVICE_GRANT})

    async def _profile(self, grant: dict[str, str]) -> Profile:
        """Exchange a grant for an access token, and read the account that it belongs to."""
        form = {"client_id": self._app.client_id, **grant}
        async with self._client() as client:
            url = f"{self._app.web}/login/oauth/access_token"
            token = await _fetch(client, "POST", url, Token, data=form)
            if not token.access_token:
                raise REFUSALS.get(token.error, GitHubUnavailable)
            bearer = {"Authorization": f"Bearer {token.access_token}"}
            user = f"{self._app.api}/user"
            account = await _fetch(client, "GET", user, Account, headers=bearer)
            emails = await _fetch(client, "GET", f"{user}/emails", list[Email], headers=bearer)
        return Profile(str(account.id), _verified_addresses(emails))

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS, headers=HEADERS, follow_redirects=False, verify=self._tls
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Load the certificates once, which takes some 30 ms."""
        return ssl.create_default_context()


def _verified_addresses(emails: Sequence[Email]) -> list[str]:
    """Return the addresses that GitHub has verified, the primary one first.

    Addresses that this service does not accept are left out.
    """
    addresses = list[str]()
    for each in sorted(emails, key=lambda email: not email.primary):
        with suppress(InvalidEmail):
            addresses += [canonical_email(each.email)] if each.verified else []
    return addresses


async def _fetch(client: httpx.AsyncClient, method: str, url: str, shape: Any, **sent: Any) -> Any:
    """Return the decoded response; raises ``GitHubUnavailable`` for any but a 200 of this shape."""
    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            client.stream(method, url, **sent) as response,
        ):
            body = await _read(response)
    except (httpx.HTTPError, TimeoutError) as error:
        raise GitHubUnavailable from error
    if response.status_code != httpx.codes.OK:
        raise GitHubUnavailable
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GitHubUnavailable from error


async def _read(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_BYTES:
            raise GitHubUnavailable
    return body
