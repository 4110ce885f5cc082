"""Data keys: one per stream, for the encryption of its personal data (safety.md, erasure).

AES-256-GCM throughout. A data key is stored wrapped, that is encrypted under the master key; when
an erasure destroys it, no copy of the data can be decrypted any more.
Layout of a wrapped key: one byte for the layout and four for the id of the master key (none in the
first layout); of everything then: a random nonce of 12 bytes and the ciphertext with its tag. The
stream is the associated data: a ciphertext does not open for another stream.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.crypto.master_keys import ID_BYTES, MasterKeys

NONCE: Final = 12
KEY: Final = 32
WITHOUT_KEY_ID: Final = b"\x01"
WITH_KEY_ID: Final = b"\x02"


class DecryptionFailed(Exception):
    """Encrypted under another key, for another stream, or altered since."""


class DataKey:
    """Data key of one stream; ``random(n)`` returns n unpredictable bytes."""

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
            raise DecryptionFailed(self._stream.decode()) from error


class NewKey(NamedTuple):
    """A new data key, as stored in ``wrapped``; ``blind`` keys the digests of its texts."""

    key: DataKey
    wrapped: bytes
    blind: bytes


class KeyWrapping:
    """Creates data keys, and unwraps and rewraps stored ones."""

    def __init__(self, masters: MasterKeys, random: Callable[[int], bytes]) -> None:
        self._masters = masters
        self._random = random

    def new(self, stream: str) -> NewKey:
        key = self._random(KEY)
        return NewKey(
            DataKey(stream, key, self._random), self._wrap(stream, key), self._random(KEY)
        )

    def unwrap(self, stream: str, wrapped: bytes) -> DataKey:
        """Unwrap a stored key; raises ``DecryptionFailed``."""
        return DataKey(stream, self._unwrap_bytes(stream, wrapped), self._random)

    def rewrap(self, stream: str, wrapped: bytes) -> bytes:
        """Wrap a stored key under the current master key; raises ``DecryptionFailed``."""
        return self._wrap(stream, self._unwrap_bytes(stream, wrapped))

    @property
    def current_prefix(self) -> bytes:
        """Prefix of keys that are wrapped under the current master key."""
        return WITH_KEY_ID + self._masters.current_id

    def _wrap(self, stream: str, key: bytes) -> bytes:
        nonce = self._random(NONCE)
        return (
            self.current_prefix + nonce + self._masters.current.encrypt(nonce, key, stream.encode())
        )

    def _unwrap_bytes(self, stream: str, wrapped: bytes) -> bytes:
        ciphers, rest = self._candidates(wrapped)
        for cipher in ciphers:
            with suppress(InvalidTag):
                return cipher.decrypt(rest[:NONCE], rest[NONCE:], stream.encode())
        raise DecryptionFailed(stream)

    def _candidates(self, wrapped: bytes) -> tuple[Sequence[AESGCM], bytes]:
        """Return the master keys that may unwrap a stored key, and its nonce and ciphertext."""
        if wrapped.startswith(WITHOUT_KEY_ID):
            return self._masters.all(), wrapped[len(WITHOUT_KEY_ID) :]
        start = len(WITH_KEY_ID) + ID_BYTES
        cipher = self._masters.cipher(wrapped[len(WITH_KEY_ID) : start])
        return ([] if cipher is None else [cipher]), wrapped[start:]
