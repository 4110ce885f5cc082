"""Verification of an export with the public key alone, without database or service.

It proves that each event is the one recorded at its position, that covered events existed when
their checkpoint was signed, that no stream has a gap, and that the file is complete. The export of
an organisation does not prove that it has no further streams; that of the whole log does.
"""

from collections.abc import Iterator
from hashlib import sha256

import msgspec

from application.audit.checkpoints import Checkpoint, Verify
from application.audit.export_format import (
    FORMAT,
    CheckpointLine,
    End,
    EventLine,
    Header,
    decode_line,
    end_statement,
)
from application.audit.merkle import verify_inclusion
from application.audit.verification import ChainFault, Report, order_faults, signature_faults
from application.eventstore.hash_chain import BEGINNING, chain_hash, event_digest


class ExportVerification:
    """Checks the lines of a file in order, then reports; keeps one hash per stream in memory."""

    def __init__(self, public_key: bytes, verify: Verify, kept: Checkpoint | None = None) -> None:
        self._public_key = public_key
        self._verify = verify
        self._kept = kept
        self._faults: list[ChainFault] = []
        self._header: Header | None = None
        self._end: End | None = None
        self._at: Checkpoint | None = None
        self._position = self._events = self._checkpoints = 0
        self._streams: dict[str, tuple[int, bytes]] = {}
        self._digest = sha256()

    def line(self, text: bytes) -> None:
        """Check one line, including its line feed."""
        self._faults += self._check(text)
        self._digest.update(text)

    def report(self) -> Report:
        if self._end is None:
            self._faults.append(self._fault("unfinished export", "the last line is missing"))
        if self._header is None:
            self._faults.append(self._fault("no export", "it does not begin with a header"))
        if self._kept is not None:
            detail = f"checkpoint {self._kept.number}, which was kept elsewhere, is not in it"
            self._faults.append(ChainFault("another history", self._kept.first, detail))
        covered = self._at.last if self._at else 0
        counts = {"events": self._events, "checkpoints": self._checkpoints, "covered": covered}
        return Report.of(self._faults, **counts)

    def _check(self, text: bytes) -> Iterator[ChainFault]:
        if self._end is not None:
            yield self._fault("altered export", "there are lines after the last")
            return
        try:
            line = decode_line(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield self._fault("unreadable line", str(error))
            return
        match line:
            case Header():
                yield from self._check_header(line)
            case CheckpointLine(checkpoint=checkpoint):
                yield from self._check_checkpoint(checkpoint)
            case EventLine():
                yield from self._check_event(line)
            case End():
                yield from self._check_end(line)

    def _check_header(self, header: Header) -> Iterator[ChainFault]:
        if self._header is not None or header.format != FORMAT:
            yield self._fault("no export", f"format {header.format}, or a second header")
        self._header = header

    def _check_checkpoint(self, checkpoint: Checkpoint) -> Iterator[ChainFault]:
        if self._at is not None:
            yield from order_faults(checkpoint, self._at)
        yield from signature_faults(checkpoint, self._public_key, self._verify)
        if checkpoint == self._kept:
            self._kept = None
        self._at, self._checkpoints = checkpoint, self._checkpoints + 1

    def _check_event(self, event: EventLine) -> Iterator[ChainFault]:
        yield from self._check_position(event)
        yield from self._check_chain(event)
        if event.covered and not self._is_included(event):
            yield ChainFault(
                "altered range", event.position, f"{_describe(event)} is not under its root"
            )
        self._position, self._events = event.position, self._events + 1

    def _check_position(self, event: EventLine) -> Iterator[ChainFault]:
        whole = self._header is not None and self._header.scope == "log"
        if event.position <= self._position:
            yield ChainFault("moved event", event.position, f"{_describe(event)} comes too late")
        elif whole and event.position != self._position + 1:
            detail = f"position {self._position + 1} is followed by {event.position}"
            yield self._fault("missing event", detail)

    def _check_chain(self, event: EventLine) -> Iterator[ChainFault]:
        version, previous = self._streams.get(event.stream, (0, BEGINNING))
        if event.version != version + 1:
            detail = f"{event.stream}: version {version} is followed by {event.version}"
            yield ChainFault("broken stream", event.position, detail)
        digest = event_digest(event.stream, event.version, event.topic, event.state)
        if chain_hash(previous, event.position, digest) != event.chain_hash:
            yield ChainFault(
                "altered event", event.position, f"{_describe(event)} is not what was recorded"
            )
        self._streams[event.stream] = (event.version, event.chain_hash)

    def _is_included(self, event: EventLine) -> bool:
        if (at := self._at) is None:
            return False
        index, size = event.position - at.first, at.last - at.first + 1
        return verify_inclusion(event.chain_hash, index, size, event.proof, at.root)

    def _check_end(self, end: End) -> Iterator[ChainFault]:
        self._end = end
        digest = self._digest.digest()
        counted = (end.events, end.checkpoints) == (self._events, self._checkpoints)
        statement = end_statement(digest)
        if not (counted and end.digest == digest):
            yield self._fault("altered export", "it is not as it was written")
        elif not self._verify(self._public_key, statement, end.signature):
            yield self._fault("bad signature", "it is not signed with the key expected")

    def _fault(self, kind: str, detail: str) -> ChainFault:
        return ChainFault(kind, self._position + 1, detail)


def _describe(event: EventLine) -> str:
    return f"{event.stream} version {event.version}"
