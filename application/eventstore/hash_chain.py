"""The hash that chains a stream's events: each covers its own row as stored and the one before it.

Layout (safety.md, chain): an event's digest is SHA-256 over stream, version, topic and state, where
texts and bytes follow their length in four bytes and numbers have eight, all big-endian. Its chain
hash is SHA-256 over the chain hash before it in the stream, its position and its digest. The writer
computes the digest, the database the chain hash as it gives out the position (migration 0006);
auditors compute both again, from rows or from an export.
"""

from hashlib import sha256
from struct import Struct
from typing import Final

SIZE: Final = Struct("!I").pack
NUMBER: Final = Struct("!q")
BEGINNING: Final = sha256().digest()
"""What stands before the first event of a stream."""


def event_digest(stream: str, version: int, topic: str, state: bytes) -> bytes:
    """Return the 32 bytes that stand for an event wherever it lies in the log."""
    of, at = stream.encode(), topic.encode()
    parts = (SIZE(len(of)), of, NUMBER.pack(version), SIZE(len(at)), at, SIZE(len(state)), state)
    return sha256(b"".join(parts)).digest()


def chain_hash(previous: bytes, position: int, digest: bytes) -> bytes:
    """Return the 32 bytes that an untouched row has as its hash."""
    return sha256(previous + NUMBER.pack(position) + digest).digest()
