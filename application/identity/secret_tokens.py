"""Secrets that a browser or a mail holds: random texts, of which only digests are kept."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from application.identity.api_keys import KeyDigests


class SecretTokens:
    """``random`` gives as many unpredictable bytes as asked for."""

    def __init__(self, digests: KeyDigests, random: Callable[[int], bytes]) -> None:
        self._digests = digests
        self._random = random

    def new(self, size: int) -> str:
        """Make a token of so many random bytes, in characters that URLs and cookies take."""
        return urlsafe_b64encode(self._random(size)).rstrip(b"=").decode()

    def digest(self, token: str) -> str:
        return self._digests.of(token)


class SealedTokens(Protocol):
    def seal(self, purpose: str, text: bytes, until: datetime) -> str:
        """Return a text for URLs and cookies that opens for its purpose, for so long."""
        ...

    def open(self, purpose: str, token: str, now: datetime) -> bytes | None:
        """Return what was sealed; ``None`` for what was not, not for this, or is over."""
        ...
