"""Port: what a browser or a device keeps for us, and can neither read nor change."""

from datetime import datetime
from typing import Protocol


class SealedTokens(Protocol):
    def seal(self, purpose: str, text: bytes, until: datetime) -> str:
        """Return a text for URLs and cookies that opens for its purpose, for so long."""
        ...

    def open(self, purpose: str, token: str, now: datetime) -> bytes | None:
        """Return what was sealed; ``None`` for what was not, not for this, or is over."""
        ...
