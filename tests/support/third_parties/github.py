"""A stand-in for GitHub on loopback, with the checks of its documentation."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from litestar import Litestar, Request, get, post
from litestar.response import Response

from adapters.http.github_oauth import DEVICE_GRANT, GitHubApp
from tests.support.clocks import Clock
from tests.support.service.web import serve

CLIENT_ID: Final = "Iv1.0123456789abcdef"
CLIENT_SECRET: Final = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 - made up
INTERVAL: Final = 5
LASTING: Final = timedelta(seconds=900)

AnyRequest = Request[Any, Any, Any]


class GitHubServer:
    """``trouble`` is what it answers everything with, when it is set: a status and a body."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.trouble: tuple[int, bytes] | None = None
        self.accounts: dict[int, list[dict[str, Any]]] = {}
        self.asked = 0
        self._codes: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, int] = {}
        self._devices: dict[str, dict[str, Any]] = {}

    def account(self, *emails: str, verified: bool = True) -> int:
        """Have an account with addresses, the first of them primary."""
        number = 583_000 + len(self.accounts)
        self.accounts[number] = [
            {"email": email, "primary": n == 0, "verified": verified, "visibility": "private"}
            for n, email in enumerate(emails)
        ]
        return number

    def authorize(self, location: str, account: int) -> dict[str, str]:
        """Be the person who is asked at this address and agrees; returns what comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert asked["scope"] == "read:user user:email"
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self._codes[code] = {**asked, "account": account}
        return {"code": code, "state": asked["state"]}

    def enter(self, user_code: str, account: int | None) -> None:
        """Enter a device's code, and agree as an account or (``None``) decline."""
        [device] = [each for each in self._devices.values() if each["user_code"] == user_code]
        device["entered"] = account

    def token_for(self, form: dict[str, str]) -> dict[str, str]:
        if form.get("client_id") != CLIENT_ID:
            return {"error": "incorrect_client_credentials"}
        if form.get("grant_type") == DEVICE_GRANT:
            return self._by_device(form["device_code"])
        if form.get("client_secret") != CLIENT_SECRET:
            return {"error": "incorrect_client_credentials"}
        asked = self._codes.pop(form["code"], None)
        if asked is None or _challenge(form["code_verifier"]) != asked["code_challenge"]:
            return {"error": "bad_verification_code"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return {"error": "redirect_uri_mismatch"}
        return self._token(asked["account"])

    def begin_device(self) -> dict[str, Any]:
        code, user_code = uuid4().hex, f"{uuid4().hex[:4]}-{uuid4().hex[:4]}".upper()
        self._devices[code] = {"user_code": user_code, "until": self.clock() + LASTING}
        return {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": "https://github.com/login/device",
            "expires_in": int(LASTING.total_seconds()),
            "interval": INTERVAL,
        }

    def whose(self, authorization: str) -> int | None:
        return self._tokens.get(authorization.removeprefix("Bearer "))

    def _by_device(self, code: str) -> dict[str, str]:
        device = self._devices.get(code)
        if device is None:
            return {"error": "incorrect_device_code"}
        if self.clock() >= device["until"]:
            return {"error": "expired_token"}
        if self._too_soon(device, self.clock()):
            return {"error": "slow_down"}
        if "entered" not in device:
            return {"error": "authorization_pending"}
        del self._devices[code]
        return (
            {"error": "access_denied"}
            if device["entered"] is None
            else self._token(device["entered"])
        )

    def _too_soon(self, device: dict[str, Any], now: datetime) -> bool:
        last, device["asked"] = device.get("asked"), now
        return last is not None and now - last < timedelta(seconds=INTERVAL)

    def _token(self, account: int) -> dict[str, str]:
        token = f"gho_{uuid4().hex}"
        self._tokens[token] = account
        return {"access_token": token, "token_type": "bearer", "scope": "read:user,user:email"}


@asynccontextmanager
async def github_server(clock: Clock) -> AsyncIterator[tuple[GitHubServer, GitHubApp]]:
    server = GitHubServer(clock)

    def answered(value: Any, status: int = 200) -> Response[Any]:
        server.asked += 1
        if server.trouble is not None:
            status, body = server.trouble
            return Response(body, status_code=status, media_type="application/json")
        return Response(value, status_code=status)

    @post("/login/oauth/access_token")
    async def access_token(request: AnyRequest) -> Response[Any]:
        return answered(server.token_for(dict(await request.form())))

    @post("/login/device/code")
    async def device_code() -> Response[Any]:
        return answered(server.begin_device())

    @get("/user")
    async def user(request: AnyRequest) -> Response[Any]:
        account = server.whose(request.headers.get("authorization", ""))
        return answered({"id": account, "login": "octocat"}, 200 if account else 401)

    @get("/user/emails")
    async def emails(request: AnyRequest) -> Response[Any]:
        account = server.whose(request.headers.get("authorization", ""))
        return answered(server.accounts[account or 0])

    app = Litestar([access_token, device_code, user, emails], openapi_config=None)
    async with serve(app) as port:
        url = f"http://127.0.0.1:{port}"
        yield server, GitHubApp(CLIENT_ID, CLIENT_SECRET, url, url)


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
