"""The master keys at hand: the one that seals, and those that open what others have sealed.

A wrapped key names the master key it needs by the first bytes of a digest. One that is not at hand
is looked for again before that counts as a failure: somebody may just have rotated them.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.crypto.secret_files import Secrets

ID: Final = 4
"""Bytes of the digest: they tell a handful of keys from each other, and nothing of the keys."""
LABEL: Final = b"forge master key"

Look: TypeAlias = Callable[[], Secrets]


def id_of(master_key: bytes) -> bytes:
    return hashlib.sha256(LABEL + master_key).digest()[:ID]


class MasterKeys:
    """``look`` finds them again; without it those given are all there are."""

    def __init__(self, secrets: Secrets, look: Look | None = None) -> None:
        self._look = look
        self._take(secrets)

    def cipher(self, key_id: bytes) -> AESGCM | None:
        """Return the master key of an id, if it can be found."""
        if key_id not in self._ciphers and self._look is not None:
            self._take(self._look())
        return self._ciphers.get(key_id)

    def all(self) -> Sequence[AESGCM]:
        return [*self._ciphers.values()]

    def _take(self, secrets: Secrets) -> None:
        keys = (secrets.master_key, *secrets.further_master_keys)
        self._ciphers = {id_of(key): AESGCM(key) for key in keys}
        self.current_id = id_of(secrets.master_key)
        self.current = self._ciphers[self.current_id]
