"""LLM context: provider credentials and the chat client."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from application.llm.provider_credentials import Credential, Credentials
from domain.outbound_addresses import Allowed
from scripts.composition.kernel import Kernel
from scripts.composition.module import Module

if TYPE_CHECKING:
    from adapters.http.openai_chat import OpenAiChat


class LlmContext:
    """``model`` is the operator's default credential, if one is configured."""

    def __init__(self, kernel: Kernel) -> None:
        self.model = kernel.options.model
        self.chat = LazyChat(kernel.options.addresses)
        self.credentials = Credentials(
            transactions=kernel.transactions,
            contents=kernel.contents,
            allowed=kernel.options.addresses,
            new_key=kernel.new_key,
            new_salt=kernel.random.salt,
        )

    def module(self) -> Module:
        return Module(close=self.chat.close)


class LazyChat:
    """Implements ``application.llm.chat.Chat``; imports httpx, which is slow, on first use.

    Most processes never call a model.
    """

    def __init__(self, addresses: Allowed) -> None:
        self._addresses = addresses

    async def ask(
        self, credential: Credential, instructions: str, words: str, shape: Mapping[str, Any]
    ) -> Any:
        return await self._chat.ask(credential, instructions, words, shape)

    async def close(self) -> None:
        if "_chat" in vars(self):
            await self._chat.close()

    @cached_property
    def _chat(self) -> "OpenAiChat":
        from adapters.http.guarded_transport import GuardedTransport
        from adapters.http.openai_chat import OpenAiChat

        return OpenAiChat(GuardedTransport(self._addresses))
