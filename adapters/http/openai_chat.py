"""Chat client for OpenAI-compatible endpoints: Chat Completions with structured outputs."""

from collections.abc import Mapping
from typing import Any, Final

import httpx
import msgspec

from application.llm.chat import ModelUnavailable, UnavailableReason
from application.llm.provider_credentials import Credential
from domain.outbound_addresses import AddressRefused

TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
ATTEMPTS: Final = 2
MAX_BYTES: Final = 2**20
OK: Final = 200
SERVER_ERROR: Final = 500
REASONS: Final[Mapping[int, UnavailableReason]] = {
    401: UnavailableReason.KEY,
    403: UnavailableReason.KEY,
    404: UnavailableReason.NO_MODEL,
    429: UnavailableReason.LIMITED,
}


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class OpenAiChat:
    """Implements ``application.llm.chat.Chat``; redirects are not followed."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def ask(
        self, credential: Credential, instructions: str, words: str, shape: Mapping[str, Any]
    ) -> Any:
        body = _body(credential.model, instructions, words, shape)
        for attempt in range(1, ATTEMPTS + 1):
            status, text = await self._post(credential, body)
            if status < SERVER_ERROR or attempt == ATTEMPTS:
                break
        if status != OK:
            raise ModelUnavailable(
                f"it answered {status}", REASONS.get(status, UnavailableReason.FAILED)
            )
        return _value(text)

    async def close(self) -> None:
        await self._transport.aclose()

    async def _post(self, credential: Credential, body: bytes) -> tuple[int, bytes]:
        headers = {
            "authorization": f"Bearer {credential.secret.reveal()}",
            "content-type": "application/json",
        }
        url = credential.base_url.rstrip("/") + "/chat/completions"
        client = httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT, trust_env=False)
        try:
            async with client.stream("POST", url, content=body, headers=headers) as response:
                return response.status_code, await _read_bounded(response)
        except AddressRefused as error:
            raise ModelUnavailable("its address may not be connected to") from error
        except httpx.TimeoutException as error:
            raise ModelUnavailable("it took too long", UnavailableReason.SLOW) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelUnavailable("it cannot be reached") from error


async def _read_bounded(response: httpx.Response) -> bytes:
    text = b""
    async for chunk in response.aiter_bytes():
        text += chunk
        if len(text) > MAX_BYTES:
            raise ModelUnavailable("it answered with too much")
    return text


def _body(model: str, instructions: str, words: str, shape: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(
        {
            "model": model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": words},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": shape},
            },
        }
    )


def _value(text: bytes) -> Any:
    try:
        completion = msgspec.json.decode(text, type=_Completion)
        content = completion.choices[0].message.content
        return msgspec.json.decode(content or "")
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError, RecursionError) as error:
        raise ModelUnavailable("its answer is not JSON of the shape asked for") from error
