"""Port: chat model that answers with JSON of a given schema, on an organisation's credential."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol

from application.llm.provider_credentials import Credential


class UnavailableReason(Enum):
    """Why a model gave no usable answer; the values are stored and shown to clients."""

    FAILED = "failed"
    SLOW = "slow"
    KEY = "key"
    LIMITED = "limited"
    NO_MODEL = "no-model"


class ModelUnavailable(Exception):
    """The model gave no usable answer; ``str()`` of it is safe to show."""

    def __init__(self, message: str, reason: UnavailableReason = UnavailableReason.FAILED) -> None:
        super().__init__(message)
        self.reason = reason


class Chat(Protocol):
    async def ask(
        self, credential: Credential, instructions: str, words: str, shape: Mapping[str, Any]
    ) -> Any:
        """Return the JSON value that a model answers with; raises ``ModelUnavailable``.

        ``shape`` is a JSON Schema; the answer may not match it.
        """
        ...
