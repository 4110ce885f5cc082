"""Secret tokens for browsers and mails: random texts, of which only digests are stored."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from application.identity.api_keys import KeyDigests


class SecretTokens:
    """``random`` returns so many cryptographically random bytes."""

    def __init__(self, digests: KeyDigests, random: Callable[[int], bytes]) -> None:
        self._digests = digests
        self._random = random

    def new(self, size: int) -> str:
        """Make a token of so many random bytes, in URL-safe base64."""
        return urlsafe_b64encode(self._random(size)).rstrip(b"=").decode()

    def digest(self, token: str) -> str:
        return self._digests.of(token)


class SealedTokens(Protocol):
    """Port: encrypted tokens that carry a text and expire."""

    def seal(self, purpose: str, text: bytes, until: datetime) -> str:
        """Encrypt a text for one purpose; the token is URL-safe and valid until a time."""
        ...

    def open(self, purpose: str, token: str, now: datetime) -> bytes | None:
        """Decrypt a token; ``None`` if it is forged, expired, or for another purpose."""
        ...
