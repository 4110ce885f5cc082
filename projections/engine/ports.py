"""Ports: how queries on read models reach the database, and the events that rows point at."""

from collections.abc import Callable, Sequence
from typing import Any, LiteralString, Protocol, TypeAlias

from domain.messages import Event

OpenEvent: TypeAlias = Callable[[str, int, str, bytes, bytes], Event]
"""From stream, version, topic, state and wrapped key to the event."""


class Select(Protocol):
    async def __call__(self, query: LiteralString, parameters: Sequence[Any]) -> list[Any]:
        """Return all rows as tuples; raises ``LogUnavailable`` when the database is away."""
        ...
