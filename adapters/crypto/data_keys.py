"""Data keys: one per stream, under which everything personal of it is sealed (safety.md, erasure).

AES-256-GCM throughout. A data key is itself kept sealed, under the master key; when an erasure
destroys that, nothing sealed under it can be read again, wherever a copy may lie.
Layout: of wrapped keys one byte for the layout and four that name the master key (in the first
layout none), then of everything a random nonce of twelve and the ciphertext with its tag. What is
sealed is bound to its stream: elsewhere it does not open.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.crypto.master_keys import ID, MasterKeys

NONCE: Final = 12
KEY: Final = 32
UNNAMED: Final = b"\x01"
NAMED: Final = b"\x02"


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

    def __init__(self, masters: MasterKeys, random: Callable[[int], bytes]) -> None:
        self._masters = masters
        self._random = random

    def new(self, stream: str) -> NewKey:
        key = self._random(KEY)
        return NewKey(
            DataKey(stream, key, self._random), self._wrapped(stream, key), self._random(KEY)
        )

    def opened(self, stream: str, wrapped: bytes) -> DataKey:
        """Open a kept key; raises ``NotOpened``."""
        return DataKey(stream, self._key(stream, wrapped), self._random)

    def rewrapped(self, stream: str, wrapped: bytes) -> bytes:
        """Return a kept key under the master key of now; raises ``NotOpened``."""
        return self._wrapped(stream, self._key(stream, wrapped))

    @property
    def mark(self) -> bytes:
        """What keys under the master key of now begin with."""
        return NAMED + self._masters.current_id

    def _wrapped(self, stream: str, key: bytes) -> bytes:
        nonce = self._random(NONCE)
        return self.mark + nonce + self._masters.current.encrypt(nonce, key, stream.encode())

    def _key(self, stream: str, wrapped: bytes) -> bytes:
        ciphers, rest = self._candidates(wrapped)
        for cipher in ciphers:
            with suppress(InvalidTag):
                return cipher.decrypt(rest[:NONCE], rest[NONCE:], stream.encode())
        raise NotOpened(stream)

    def _candidates(self, wrapped: bytes) -> tuple[Sequence[AESGCM], bytes]:
        """Return what may open a kept key, and the part of it that is sealed."""
        if wrapped.startswith(UNNAMED):
            return self._masters.all(), wrapped[len(UNNAMED) :]
        start = len(NAMED) + ID
        cipher = self._masters.cipher(wrapped[len(NAMED) : start])
        return ([] if cipher is None else [cipher]), wrapped[start:]
