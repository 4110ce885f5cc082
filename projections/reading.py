"""Port: how queries on read models reach the database."""

from collections.abc import Sequence
from typing import Any, LiteralString, Protocol


class Select(Protocol):
    async def __call__(self, query: LiteralString, parameters: Sequence[Any]) -> list[Any]:
        """Return all rows as tuples; raises ``LogUnavailable`` when the database is away."""
        ...
