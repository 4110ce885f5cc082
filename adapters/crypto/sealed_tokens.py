"""Encrypted tokens: AES-256-GCM under a key derived from the pepper by HMAC."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12
TIME: Final = 8
LABEL: Final = b"forge sealed tokens"
MAX_TOKEN: Final = 8_192


class AesSealedTokens:
    """Implements ``SealedTokens``; the expiry is encrypted with the text."""

    def __init__(self, pepper: bytes, random: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(hmac.digest(pepper, LABEL, "sha256"))
        self._random = random

    def seal(self, purpose: str, text: bytes, until: datetime) -> str:
        nonce = self._random(NONCE)
        ends = int(until.timestamp()).to_bytes(TIME)
        sealed = nonce + self._cipher.encrypt(nonce, ends + text, purpose.encode())
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, purpose: str, token: str, now: datetime) -> bytes | None:
        if len(token) > MAX_TOKEN or not token.isascii():
            return None
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            opened = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
        except (Error, InvalidTag, ValueError):
            return None
        return opened[TIME:] if now.timestamp() < int.from_bytes(opened[:TIME]) else None
