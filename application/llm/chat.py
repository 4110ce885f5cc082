"""Port: chat model that answers with JSON of a given schema."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol

from application.llm.provider_credentials import Credential


class Why(Enum):
    """Why a model did not answer."""

    FAILED = "failed"
    SLOW = "slow"
    KEY = "key"
    LIMITED = "limited"
    NO_MODEL = "no-model"


class ModelAway(Exception):
    """The model gave no usable answer; ``str()`` of it is safe to show."""

    def __init__(self, message: str, why: Why = Why.FAILED) -> None:
        super().__init__(message)
        self.why = why


class Chat(Protocol):
    async def ask(
        self, credential: Credential, instructions: str, words: str, shape: Mapping[str, Any]
    ) -> Any:
        """Return the JSON value that a model answers with; raises ``ModelAway``.

        ``shape`` is a JSON Schema, which the answer need not keep to.
        """
        ...
