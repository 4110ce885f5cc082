"""The hash that chains a stream's events: each covers its own row as stored and the one before it.

The database computes it as it stores (``forge_chain_hash`` of migration 0006); auditors compute it
again from rows or from an export. Layout (safety.md, chain): the hash before, or that of nothing;
then stream, version, topic, position and state, texts and bytes after their length in four bytes,
numbers in eight, all big-endian; SHA-256 over it all.
"""

from hashlib import sha256
from struct import Struct
from typing import Final

LENGTH: Final = Struct("!I")
NUMBER: Final = Struct("!q")
BEGINNING: Final = sha256().digest()
"""What stands before the first event of a stream."""


def chain_hash(  # noqa: PLR0913, PLR0917 - a row has as many columns
    previous: bytes, stream: str, version: int, topic: str, position: int, state: bytes
) -> bytes:
    """Return the 32 bytes that an untouched row has as its hash."""
    parts = (
        previous,
        _sized(stream.encode()),
        NUMBER.pack(version),
        _sized(topic.encode()),
        NUMBER.pack(position),
        _sized(state),
    )
    return sha256(b"".join(parts)).digest()


def _sized(data: bytes) -> bytes:
    return LENGTH.pack(len(data)) + data
