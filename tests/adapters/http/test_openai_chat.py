"""The chat client: JSON from a model's server, or an error for anything else."""

from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest

from adapters.http.guarded_transport import GuardedTransport
from adapters.http.openai_chat import OpenAiChat
from application.llm.chat import ModelUnavailable
from application.llm.provider_credentials import Credential, Secret
from domain.outbound_addresses import Allowed
from tests.support.third_parties.llm import SECRET, LlmServer, llm_server

pytestmark = pytest.mark.anyio

ALLOWED: Final = Allowed.parsed("127.0.0.1")


@pytest.fixture
async def model() -> AsyncIterator[tuple[LlmServer, str]]:
    async with llm_server() as served:
        yield served


async def ask(base_url: str, allowed: Allowed = ALLOWED) -> Any:
    chat = OpenAiChat(GuardedTransport(allowed))
    credential = Credential("p", base_url, "m", Secret(SECRET))
    try:
        return await chat.ask(credential, "do it", "words", {"type": "object"})
    finally:
        await chat.close()


async def test_json_is_returned_as_it_is(model: tuple[LlmServer, str]) -> None:
    server, base_url = model
    server.says = '{"a": [1, "x"]}'

    assert await ask(base_url) == {"a": [1, "x"]}


@pytest.mark.parametrize(
    ("says", "status", "body", "asked"),
    [
        ("not JSON", 200, None, 1),
        ("", 200, None, 1),
        ("{}", 400, None, 1),
        ("{}", 401, None, 1),
        ("{}", 429, None, 1),
        ("{}", 302, None, 1),
        ("{}", 500, None, 2),
        ("{}", 200, b"<html>", 1),
        ("{}", 200, b'{"choices": []}', 1),
        ("{}", 200, b'{"choices": [{"message": {}}]}', 1),
        ("{}", 200, b"[" * 100_000, 1),
        ("{}", 200, b"\xff", 1),
        ("{}", 200, b"x" * (2**20 + 1), 1),
    ],
)
async def test_what_cannot_be_used_is_said_without_the_secret(
    model: tuple[LlmServer, str], says: str, status: int, body: bytes | None, asked: int
) -> None:
    server, base_url = model
    server.says, server.status, server.body = says, status, body
    with pytest.raises(ModelUnavailable) as away:
        await ask(base_url)

    assert SECRET not in str(away.value)
    assert len(server.asked) == asked


async def test_one_failure_is_tried_again(model: tuple[LlmServer, str]) -> None:
    server, base_url = model
    server.says, server.status, server.times = '{"second": true}', 503, 1

    assert await ask(base_url) == {"second": True}


@pytest.mark.parametrize(
    ("base_url", "allowed"),
    [
        ("http://127.0.0.1:9/v1", Allowed.parsed("127.0.0.1")),
        ("https://127.0.0.1:9/v1", Allowed()),
        ("https://nowhere.invalid/v1", Allowed()),
    ],
)
async def test_one_that_cannot_be_reached_is_away(base_url: str, allowed: Allowed) -> None:
    with pytest.raises(ModelUnavailable):
        await ask(base_url, allowed)


async def test_one_that_takes_too_long_is_away(
    model: tuple[LlmServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, base_url = model
    server.pause = 5.0
    monkeypatch.setattr("adapters.http.openai_chat.TIMEOUT", httpx.Timeout(0.1))
    with pytest.raises(ModelUnavailable, match="too long"):
        await ask(base_url)
