"""Master keys: the current one, which encrypts, and further ones, which only decrypt.

A wrapped key names its master key by the first bytes of a digest. For an unknown id the keys are
loaded again before that counts as a failure: they may just have been rotated.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.crypto.secret_files import Secrets

ID_BYTES: Final = 4
"""Bytes of the digest: enough to tell a few keys apart, and no information about the keys."""
LABEL: Final = b"forge master key"

LoadSecrets: TypeAlias = Callable[[], Secrets]


def key_id(master_key: bytes) -> bytes:
    return hashlib.sha256(LABEL + master_key).digest()[:ID_BYTES]


class MasterKeys:
    """``load`` reads the keys again; without it only the given ones are known."""

    def __init__(self, secrets: Secrets, load: LoadSecrets | None = None) -> None:
        self._reload = load
        self._load(secrets)

    def cipher(self, key_id: bytes) -> AESGCM | None:
        """Return the master key of an id; ``None`` when it is unknown."""
        if key_id not in self._ciphers and self._reload is not None:
            self._load(self._reload())
        return self._ciphers.get(key_id)

    def all(self) -> Sequence[AESGCM]:
        return [*self._ciphers.values()]

    def _load(self, secrets: Secrets) -> None:
        keys = (secrets.master_key, *secrets.further_master_keys)
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.current_id = key_id(secrets.master_key)
        self.current = self._ciphers[self.current_id]
