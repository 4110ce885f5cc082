"""Export file format: one JSON object a line, each with a ``type``; bytes are in base64.

First a header, last a signed digest; between them the events of one stream, one organisation or the
whole log, by position, each after the checkpoint that covers it. Events that are not covered yet
have no proof. ``state`` is as stored: encrypted if it is personal.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple, TypeAlias

import msgspec

from application.audit.checkpoints import Checkpoint, Signer

FORMAT: Final = 1
TITLE: Final = b"forge audit export 1\n"


class Line(msgspec.Struct, frozen=True, tag_field="type", rename="camel"):
    """A line of the file."""


class Header(Line, frozen=True, tag="header"):
    """``scope`` is ``log``, ``organisation <id>`` or ``stream <name>``, ``until`` a position.

    ``public_key`` tells which key to ask for. It proves nothing: the verifier has it already.
    """

    format: int
    scope: str
    until: int
    exported_at: datetime
    public_key: bytes


class CheckpointLine(Line, frozen=True, tag="checkpoint"):
    checkpoint: Checkpoint


class EventLine(Line, frozen=True, tag="event"):
    """``proof`` is the Merkle path to the root of the checkpoint before, if ``covered`` by it."""

    position: int
    stream: str
    version: int
    topic: str
    state: bytes
    chain_hash: bytes
    covered: bool
    proof: Sequence[bytes]


class End(Line, frozen=True, tag="end"):
    """``digest`` is SHA-256 over all bytes before this line; ``signature`` signs it."""

    events: int
    checkpoints: int
    digest: bytes
    signature: bytes


AnyLine: TypeAlias = Header | CheckpointLine | EventLine | End

_encode = msgspec.json.Encoder().encode
decode_line: Final = msgspec.json.Decoder(AnyLine).decode


class StoredRow(NamedTuple):
    """The row of an event, as stored."""

    stream: str
    version: int
    topic: str
    state: bytes
    position: int
    chain_hash: bytes


def end_statement(digest: bytes) -> bytes:
    """Return the bytes that the signature at the end signs."""
    return TITLE + digest


class DigestingEncoder:
    """Encodes lines, and computes the digest of all of them."""

    def __init__(self) -> None:
        self._digest = sha256()

    def line(self, line: Line) -> bytes:
        text = _encode(line) + b"\n"
        self._digest.update(text)
        return text

    def digest(self) -> bytes:
        return self._digest.digest()


class Writer:
    """Encodes the lines of one export, and counts them."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._events = self._checkpoints = 0
        self._encoder = DigestingEncoder()
        self._line = self._encoder.line

    def header(self, scope: str, until: int, at: datetime) -> bytes:
        return self._line(Header(FORMAT, scope, until, at, self._signer.public_key))

    def checkpoint(self, checkpoint: Checkpoint) -> bytes:
        self._checkpoints += 1
        return self._line(CheckpointLine(checkpoint))

    def event(self, row: StoredRow, proof: Sequence[bytes] | None) -> bytes:
        self._events += 1
        place = (row.position, row.stream, row.version, row.topic)
        proved = (proof is not None, proof or ())
        return self._line(EventLine(*place, row.state, row.chain_hash, *proved))

    def end(self) -> bytes:
        digest = self._encoder.digest()
        signature = self._signer.sign(end_statement(digest))
        return self._line(End(self._events, self._checkpoints, digest, signature))
