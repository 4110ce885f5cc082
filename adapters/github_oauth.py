"""GitHub's OAuth over httpx: its web application flow and its device flow, as documented there.

Addresses are the operator's, so that an Enterprise server (or a test's stand-in) serves as well.
The access token is used to ask who it is for, and forgotten.
"""

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import httpx
import msgspec

from application.github import (
    AccessDenied,
    AuthorizationPending,
    DeviceCode,
    ExpiredToken,
    GitHubRefused,
    GitHubUnavailable,
    Profile,
    SlowDown,
)
from domain.refusals import Refusal

SCOPE: Final = "read:user user:email"
TIMEOUT_SECONDS: Final = 10.0
MOST_BYTES: Final = 256 * 1024
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
JSON: Final = {"Accept": "application/json"}
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


class Token(msgspec.Struct):
    """Either of them is there."""

    access_token: str = ""
    error: str = ""


class Account(msgspec.Struct):
    id: int


class Email(msgspec.Struct):
    email: str
    primary: bool
    verified: bool


class Device(msgspec.Struct):
    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int


class GitHubApp(NamedTuple):
    """``web`` and ``api`` are addresses without a slash at the end."""

    client_id: str
    client_secret: str
    web: str = "https://github.com"
    api: str = "https://api.github.com"


class GitHubOAuth:
    """Implements ``application.github.GitHub``."""

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
        verified = sorted((e for e in emails if e.verified), key=lambda e: not e.primary)
        return Profile(str(account.id), [each.email for each in verified])

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=TIMEOUT_SECONDS, headers=JSON, follow_redirects=False)


async def _asked(client: httpx.AsyncClient, method: str, url: str, shape: Any, **sent: Any) -> Any:
    """Return the answer as a value; raises ``GitHubUnavailable`` for anything but a good one."""
    try:
        async with client.stream(method, url, **sent) as response:
            body = await _read(response)
    except httpx.HTTPError as error:
        raise GitHubUnavailable from error
    if response.status_code != httpx.codes.OK:
        raise GitHubUnavailable
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise GitHubUnavailable from error


async def _read(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise GitHubUnavailable
    return body
