"""Checkpoints: signed statements about ranges of the log, chained by their hashes.

A checkpoint kept outside the database reveals a history that was rewritten and signed again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct
from typing import Final, Protocol

import msgspec

HEAD: Final = Struct("!qqq")
TITLE: Final = b"forge checkpoint 1\n"
FIRST: Final = sha256().digest()
"""Hash that stands for the checkpoint before the first one."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """``root`` is that of the chain hashes from position ``first`` to ``last``."""

    number: int
    first: int
    last: int
    root: bytes
    previous: bytes
    signed_at: datetime
    public_key: bytes
    signature: bytes = b""

    def statement(self) -> bytes:
        """Return the signed bytes: all fields but the signature."""
        place = HEAD.pack(self.number, self.first, self.last)
        at = self.signed_at.astimezone(UTC).isoformat(timespec="microseconds").encode()
        return TITLE + place + self.root + self.previous + self.public_key + at

    def digest(self) -> bytes:
        """Return the hash by which the next checkpoint names this one."""
        return sha256(self.statement() + self.signature).digest()


class Signer(Protocol):
    public_key: bytes

    def sign(self, statement: bytes) -> bytes: ...


class Verify(Protocol):
    def __call__(self, public_key: bytes, statement: bytes, signature: bytes) -> bool: ...


class Checkpoints(Protocol):
    """Port of the stored checkpoints, and of the chain hashes they are made of."""

    async def newest(self) -> Checkpoint | None: ...

    async def hashes(self, *, after: int, limit: int) -> Sequence[bytes]:
        """Return the chain hashes of the positions that follow."""
        ...

    async def keep(self, checkpoint: Checkpoint) -> bool:
        """Store a checkpoint; ``False`` when another one of its number was stored first."""
        ...
