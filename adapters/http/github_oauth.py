"""GitHub's OAuth over httpx: its web application flow and its device flow, as documented there.

Addresses are the operator's, so that an Enterprise server (or a test's stand-in) serves as well.
The access token is used to ask who it is for, and forgotten. Nothing is taken on trust: an answer
that is late, large, packed, elsewhere or of another shape is none.
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
"""For a whole answer, however it comes."""
MAX_BYTES: Final = 256 * 1024
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # what comes packed may be far larger than it looks
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
    """Either of them is there."""

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
    """``web`` and ``api`` are addresses without a slash at the end."""

    client_id: str
    client_secret: str
    web: str = "https://github.com"
    api: str = "https://api.github.com"


class GitHubOAuth:
    """Implements ``application.identity.github.GitHub``."""

    def __init__(self, app: GitHubApp) -> None:
        self._app = app

    def authorization(self, state: str, challenge: str, redirect_uri: str) -> str:
        asked = {
            "client_id": self._app.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._app.web}/login/oauth/authorize?{urlencode(asked)}"

    async def by_code(self, code: str, verifier: str, redirect_uri: str) -> Profile:
        shown = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
        return await self._profile(shown | {"client_secret": self._app.client_secret})

    async def begin_device(self) -> DeviceCode:
        form = {"client_id": self._app.client_id, "scope": SCOPE}
        async with self._client() as client:
            url = f"{self._app.web}/login/device/code"
            device = await _asked(client, "POST", url, Device, data=form)
        return DeviceCode(*msgspec.structs.astuple(device))

    async def by_device(self, code: str) -> Profile:
        return await self._profile({"device_code": code, "grant_type": DEVICE_GRANT})

    async def _profile(self, shown: dict[str, str]) -> Profile:
        """Get an access token for what is shown, and ask whose it is."""
        form = {"client_id": self._app.client_id, **shown}
        async with self._client() as client:
            url = f"{self._app.web}/login/oauth/access_token"
            token = await _asked(client, "POST", url, Token, data=form)
            if not token.access_token:
                raise REFUSALS.get(token.error, GitHubUnavailable)
            bearer = {"Authorization": f"Bearer {token.access_token}"}
            user = f"{self._app.api}/user"
            account = await _asked(client, "GET", user, Account, headers=bearer)
            emails = await _asked(client, "GET", f"{user}/emails", list[Email], headers=bearer)
        return Profile(str(account.id), _verified(emails))

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS, headers=HEADERS, follow_redirects=False, verify=self._tls
        )

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Load the certificates once: that takes some 30 ms."""
        return ssl.create_default_context()


def _verified(emails: Sequence[Email]) -> list[str]:
    """Return the addresses that GitHub has verified, the primary one first.

    What is no address to this service is left out: nobody could be mailed there.
    """
    found = list[str]()
    for each in sorted(emails, key=lambda email: not email.primary):
        with suppress(InvalidEmail):
            found += [canonical_email(each.email)] if each.verified else []
    return found


async def _asked(client: httpx.AsyncClient, method: str, url: str, shape: Any, **sent: Any) -> Any:
    """Return the answer as a value; raises ``GitHubUnavailable`` for anything but a good one."""
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
