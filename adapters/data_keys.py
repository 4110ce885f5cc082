"""Data keys: one per stream, under which everything personal of it is sealed (safety.md, erasure).

AES-256-GCM throughout. A data key is itself kept sealed, under the master key; when an erasure
destroys that, nothing sealed under it can be read again, wherever a copy may lie.
Layout: the version of the master key in one byte (wrapped keys only), a random nonce of twelve,
then the ciphertext with its tag. What is sealed is bound to its stream: elsewhere it does not open.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12
KEY: Final = 32
MASTER: Final = b"\x01"


class NotOpened(Exception):
    """Sealed under another key, for another stream, or altered since."""


class DataKey:
    """One stream's; ``random`` gives as many unpredictable bytes as asked for."""

    __slots__ = ("_cipher", "_random", "_stream")

    def __init__(self, stream: str, key: bytes, random: Callable[[int], bytes]) -> None:
        self._stream = stream.encode()
        self._cipher = AESGCM(key)
        self._random = random

    def seal(self, data: bytes) -> bytes:
        nonce = self._random(NONCE)
        return nonce + self._cipher.encrypt(nonce, data, self._stream)

    def open(self, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._stream)
        except InvalidTag as error:
            raise NotOpened(self._stream.decode()) from error


class NewKey(NamedTuple):
    """``wrapped`` is how it is kept; ``blind`` hides what its texts are filed under."""

    key: DataKey
    wrapped: bytes
    blind: bytes


class KeyWrapping:
    """Makes data keys, and opens those that were kept."""

    def __init__(self, master_key: bytes, random: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(master_key)
        self._random = random

    def new(self, stream: str) -> NewKey:
        key, nonce = self._random(KEY), self._random(NONCE)
        wrapped = MASTER + nonce + self._cipher.encrypt(nonce, key, stream.encode())
        return NewKey(DataKey(stream, key, self._random), wrapped, self._random(KEY))

    def opened(self, stream: str, wrapped: bytes) -> DataKey:
        """Open a kept key; raises ``NotOpened``."""
        nonce, sealed = wrapped[1 : 1 + NONCE], wrapped[1 + NONCE :]
        try:
            key = self._cipher.decrypt(nonce, sealed, stream.encode())
        except InvalidTag as error:
            raise NotOpened(stream) from error
        return DataKey(stream, key, self._random)
