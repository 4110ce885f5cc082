"""An export: one JSON object a line, each with a ``type``; bytes are in base64.

First a header, at the end what holds the file together; between them the events of one stream, one
organisation or the whole log, by position, each behind the checkpoint that covers it. What is not
covered yet has no proof. ``state`` is what is stored: sealed where it is personal.
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
    """One of a file."""


class Header(Line, frozen=True, tag="header"):
    """``scope`` is ``log``, ``organisation <id>`` or ``stream <name>``, ``until`` a position.

    ``public_key`` tells which key to ask for. It proves nothing: whoever verifies has it already.
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


class Stored(NamedTuple):
    """An event's row."""

    stream: str
    version: int
    topic: str
    state: bytes
    position: int
    chain_hash: bytes


def sealed_statement(digest: bytes) -> bytes:
    """Return what the signature at the end is over."""
    return TITLE + digest


class Digested:
    """Encodes lines, and sums up what was encoded."""

    def __init__(self) -> None:
        self._digest = sha256()

    def line(self, line: Line) -> bytes:
        text = _encode(line) + b"\n"
        self._digest.update(text)
        return text

    def digest(self) -> bytes:
        return self._digest.digest()


class Writer:
    """Makes the lines of one export, and counts them."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._events = self._checkpoints = 0
        self._digested = Digested()
        self._line = self._digested.line

    def header(self, scope: str, until: int, at: datetime) -> bytes:
        return self._line(Header(FORMAT, scope, until, at, self._signer.public_key))

    def checkpoint(self, checkpoint: Checkpoint) -> bytes:
        self._checkpoints += 1
        return self._line(CheckpointLine(checkpoint))

    def event(self, row: Stored, proof: Sequence[bytes] | None) -> bytes:
        self._events += 1
        place = (row.position, row.stream, row.version, row.topic)
        proved = (proof is not None, proof or ())
        return self._line(EventLine(*place, row.state, row.chain_hash, *proved))

    def end(self) -> bytes:
        digest = self._digested.digest()
        signature = self._signer.sign(sealed_statement(digest))
        return self._line(End(self._events, self._checkpoints, digest, signature))
