"""Ports of read-model queries: SELECT, and decryption of the events that rows refer to."""

from collections.abc import Callable, Sequence
from typing import Any, LiteralString, Protocol, TypeAlias

from domain.messages import Event

OpenEvent: TypeAlias = Callable[[str, int, str, bytes, bytes], Event]
"""Decrypts and decodes an event from stream, version, topic, state and wrapped key."""


class Select(Protocol):
    async def __call__(self, query: LiteralString, parameters: Sequence[Any]) -> list[Any]:
        """Return all rows as tuples; raises ``LogUnavailable`` when the database is away."""
        ...
