"""Hash chain of a stream: each hash covers its event as stored and the hash before it.

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
"""The hash before the first event of a stream."""


def event_digest(stream: str, version: int, topic: str, state: bytes) -> bytes:
    """Return the digest of an event as stored, 32 bytes, whatever its position."""
    of, at = stream.encode(), topic.encode()
    parts = (SIZE(len(of)), of, NUMBER.pack(version), SIZE(len(at)), at, SIZE(len(state)), state)
    return sha256(b"".join(parts)).digest()


def chain_hash(previous: bytes, position: int, digest: bytes) -> bytes:
    """Return the chain hash of an event, 32 bytes."""
    return sha256(previous + NUMBER.pack(position) + digest).digest()
