"""``/v1/keys/{id}/credential``: the AI provider's credential of an API key (wire.md)."""

from typing import Annotated, Final

import msgspec
from litestar import Controller, delete, put
from litestar.params import FromPath

from api.auth.caller import origin_of
from api.auth.guard import Need, needs
from api.http.request_body import read_json
from api.http.response import Response, json_response, no_content, position_header
from api.openapi.documented import COMMON_ERRORS, documented
from api.request import AnyRequest
from application.llm.provider_credentials import Credential, Credentials, Secret
from domain.identity.events import CredentialBound
from domain.refusals import Invalid

PATH: Final = "/{key_id:str}/credential"
MAX_BYTES: Final = 64 * 1024
ERRORS: Final = (404, *COMMON_ERRORS)
DEFAULT_BASE_URLS: Final = {"openai": "https://api.openai.com/v1"}
"""By provider, where the request has none."""


class BaseUrlMissing(Invalid):
    message = f"baseUrl is required, except for the providers {', '.join(DEFAULT_BASE_URLS)}."


class NewCredential(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """``baseUrl`` is an OpenAI-compatible endpoint; no response contains the ``secret``."""

    provider: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9._-]{0,49}$")]
    base_url: str | None = None
    model: Annotated[str, msgspec.Meta(pattern="^[!-~]{1,200}$")]
    secret: Annotated[str, msgspec.Meta(pattern="^[!-~]{8,4000}$")]

    def credential(self) -> Credential:
        base_url = self.base_url or DEFAULT_BASE_URLS.get(self.provider)
        if base_url is None:
            raise BaseUrlMissing
        return Credential(self.provider, base_url, self.model, Secret(self.secret))


class CredentialAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A credential without its secret, of which ``last4`` has the last characters."""

    provider: str
    base_url: str
    model: str
    last4: str


class CredentialController(Controller):
    path = "/keys"
    tags = ("API keys",)
    opt = needs(Need.ADMIN)

    credentials: Credentials

    @put(
        PATH,
        operation_id="bindCredential",
        **documented(
            request=NewCredential,
            request_example={"provider": "openai", "model": "gpt-4o", "secret": "sk-..."},  # nosec B105
            answer=CredentialAnswer,
            answer_headers=("X-Forge-Position",),
            errors=(400, 409, 413, *ERRORS),
            codes={400: ("ADDRESS_REFUSED",), 404: ("KEY_NOT_FOUND",), 409: ("KEY_IS_OVER",)},
        ),
    )
    async def bind(self, request: AnyRequest, key_id: FromPath[str]) -> Response:
        """Bind a provider's credential to a key: drafts made with the key use it."""
        credential = (await read_json(request, MAX_BYTES, NewCredential)).credential()
        written = await self.credentials.bind(key_id, credential, origin_of(request))
        event = written.records[-1].event
        assert isinstance(event, CredentialBound)  # noqa: S101 - what binding records, last
        answer = CredentialAnswer(
            provider=event.provider,
            base_url=event.base_url,
            model=event.model,
            last4=event.last4,
        )
        return json_response(answer, position_header(written.position))

    @delete(
        PATH,
        operation_id="removeCredential",
        **documented(
            status=204,
            answer_headers=("X-Forge-Position",),
            errors=(409, *ERRORS),
            codes={404: ("KEY_NOT_FOUND", "CREDENTIAL_NOT_FOUND")},
        ),
    )
    async def remove(self, request: AnyRequest, key_id: FromPath[str]) -> Response:
        """Remove the credential and destroy its secret."""
        written = await self.credentials.remove(key_id, origin_of(request))
        return no_content(position_header(written.position))
