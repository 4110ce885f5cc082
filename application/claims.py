"""Port: who holds a value that must be unique, as of now."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Claims(Protocol):
    async def holders(self, kind: str, scope: str, values: Sequence[str]) -> Mapping[str, str]:
        """Return the key of the holding stream for each value that is taken."""
        ...
