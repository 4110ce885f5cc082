"""A stand-in for an OpenAI-compatible server on loopback, with scripted answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from tests.support.service.web import serve

SECRET: Final = "sk-test-0123456789abcdef"  # noqa: S105 - made up


class LlmServer:
    """``says`` is the text of the model's answer, ``status`` what it is answered with.

    ``asked`` are the requests it got; ``times`` so many of them are answered with ``status``,
    each after a ``pause`` of so many seconds, or when the test is ``over``.
    """

    def __init__(self) -> None:
        self.says = "{}"
        self.status = 200
        self.times = 1_000
        self.asked: list[dict[str, Any]] = []
        self.authorization: list[str] = []
        self.body: bytes | None = None
        self.pause = 0.0
        self.over = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (scope["method"], scope["path"]) == ("POST", "/v1/chat/completions")
        message = await receive()
        text = message["body"]
        while message.get("more_body"):
            message = await receive()
            text += message["body"]
        self.asked.append(json.loads(text))
        self.authorization.append(dict(scope["headers"])[b"authorization"].decode())
        with suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), self.pause)
        status = self.status if len(self.asked) <= self.times else 200
        answer = {"choices": [{"message": {"role": "assistant", "content": self.says}}]}
        body = json.dumps(answer).encode() if self.body is None else self.body
        headers = [(b"content-type", b"application/json"), (b"location", b"http://127.0.0.1:9/")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def llm_server() -> AsyncIterator[tuple[LlmServer, str]]:
    """Serve one; yields it and its base address."""
    server = LlmServer()
    async with serve(server) as port:
        try:
            yield server, f"http://127.0.0.1:{port}/v1"
        finally:
            server.over.set()
