"""Port: a model that is asked for JSON of a given shape, on somebody's credential."""

from collections.abc import Mapping
from typing import Any, Protocol

from application.credentials import Credential


class ModelAway(Exception):
    """The model gave no answer that could be used; ``str()`` of it is safe to show."""


class Chat(Protocol):
    async def ask(
        self, credential: Credential, instructions: str, words: str, shape: Mapping[str, Any]
    ) -> Any:
        """Return the JSON value that a model answers with; raises ``ModelAway``.

        ``shape`` is a JSON Schema, which the answer need not keep to.
        """
        ...
