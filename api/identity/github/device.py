"""``/api/auth/github/device``: the device flow (RFC 8628), for devices without a browser.

A device polls with GitHub's device code, sealed, so that nothing is stored here in between.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from litestar import Controller, post

from api.http.request_body import read_json
from api.http.response import Response, json_response
from api.identity.github.bodies import DeviceAnswer, DeviceTokenRequest, LoggedInAnswer
from api.identity.github.login import POLLS, GitHubLogin
from api.openapi.documented import documented
from api.request import AnyRequest
from application.identity.github import AuthorizationPending, ExpiredToken, SlowDown
from application.identity.secret_tokens import SealedTokens, SecretTokens
from application.limits.rate_limits import Exceeded
from domain.refusals import Refusal

PURPOSE: Final = "github device"
MAX_BYTES: Final = 16 * 1024
WAITING: Final = (AuthorizationPending, SlowDown)


class GitHubDeviceController(Controller):
    path = "/auth/github/device"
    tags = ("GitHub",)

    entrance: GitHubLogin
    sealed: SealedTokens
    tokens: SecretTokens
    clock: Callable[[], datetime]

    @post(
        operation_id="beginDeviceLogIn",
        **documented(
            answer=DeviceAnswer,
            status=201,
            errors=(429, 500, 503),
            codes={503: ("GITHUB_NOT_CONFIGURED", "GITHUB_UNAVAILABLE")},
        ),
    )
    async def begin(self, request: AnyRequest) -> Response:
        """Get a code for the user to enter at GitHub, and one to poll with."""
        device = await (await self.entrance.github(request)).begin_device()
        until = self.clock() + timedelta(seconds=device.expires_in)
        token = self.sealed.seal(PURPOSE, device.code.encode(), until)
        return json_response(DeviceAnswer.of(device, token), status=201)

    @post(
        "/token",
        operation_id="askDeviceLogIn",
        **documented(
            request=DeviceTokenRequest,
            answer=LoggedInAnswer,
            answer_headers=("Set-Cookie", "X-Forge-Position"),
            errors=(400, 403, 409, 413, 429, 500, 503),
            codes={
                400: ("AUTHORIZATION_PENDING", "EXPIRED_TOKEN"),
                403: ("ACCESS_DENIED", "EMAIL_NOT_VERIFIED", "NOT_INVITED", "NO_ORGANISATION"),
                429: ("SLOW_DOWN", "RATE_LIMIT"),
            },
        ),
    )
    async def ask(self, request: AnyRequest) -> Response:
        """Poll whether the user has entered the code, at most every `interval` seconds."""
        body = await read_json(request, MAX_BYTES, DeviceTokenRequest)
        github = await self.entrance.github(request, POLLS)
        try:
            profile = await github.poll_device(await self._code(body.device_code))
        except WAITING:
            raise
        except Refusal as refusal:
            self.entrance.count_refusal(refusal)
            raise
        logged_in = await self.entrance.enter(request, profile)
        return json_response(
            LoggedInAnswer.of(logged_in), *self.entrance.opening.headers(logged_in)
        )

    async def _code(self, token: str) -> str:
        """Return GitHub's device code; raises ``ExpiredToken`` or ``SlowDown``."""
        opened = self.sealed.open(PURPOSE, token, self.clock())
        if opened is None:
            raise ExpiredToken
        try:
            await self.entrance.count_poll(self.tokens.digest(token))
        except Exceeded as exceeded:
            raise SlowDown from exceeded
        return opened.decode()
