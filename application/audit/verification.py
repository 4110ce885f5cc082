"""Verification of the log: every row, chain and checkpoint, in one pass in log order.

It proves that no row was changed, removed, inserted or moved since it was chained, and that no rows
before the newest checkpoint were cut off, except with the signing key. With that key another
history can be signed; a checkpoint kept elsewhere reveals that as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Self

import msgspec

from application.audit.checkpoints import FIRST, Checkpoint, Verify
from application.audit.merkle import root_of
from application.eventstore.hash_chain import BEGINNING, chain_hash, event_digest

MAX_FAULTS: Final = 20
"""Faults reported: the first ones matter most."""
EPOCH: Final = datetime.min.replace(tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    """A stored event; ``recorded_at`` is decoded from ``state``."""

    stream: str
    version: int
    topic: str
    state: bytes
    position: int
    chain_hash: bytes
    recorded_at: datetime
    recorded_until: datetime


class ChainFault(msgspec.Struct, frozen=True):
    """What is wrong and where: ``position`` is the first that can no longer be vouched for."""

    kind: str
    position: int
    detail: str


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """``first_bad_position`` is the lowest that is not vouched for, ``covered`` the last signed."""

    verified: bool
    events: int
    checkpoints: int
    covered: int
    first_bad_position: int | None
    faults: list[ChainFault]

    @classmethod
    def of(
        cls, faults: Iterable[ChainFault], *, events: int, checkpoints: int, covered: int
    ) -> Self:
        ordered = sorted(faults, key=lambda fault: fault.position)
        first = ordered[0].position if ordered else None
        return cls(not ordered, events, checkpoints, covered, first, ordered[:MAX_FAULTS])

    def with_faults(self, faults: Iterable[ChainFault]) -> Self:
        """Return the report with further faults."""
        counts = {"events": self.events, "checkpoints": self.checkpoints, "covered": self.covered}
        return self.of([*self.faults, *faults], **counts)


class Verification:
    """Checks rows in order of position, then ``finish``; yields each fault as it is found.

    Every checkpoint must be signed with ``public_key``. Keeps one hash per stream in memory.
    """

    def __init__(
        self, checkpoints: Sequence[Checkpoint], public_key: bytes, verify: Verify
    ) -> None:
        self.events = 0
        self._position = 0
        self._until = EPOCH
        self._streams: dict[str, tuple[int, bytes]] = {}
        self._checkpoints = checkpoints
        self._covering = 0
        self._hashes: list[bytes] = []
        self._public_key = public_key
        self._verify = verify

    def row(self, row: Row) -> Iterator[ChainFault]:
        yield from self._check_position(row)
        yield from self._check_chain(row)
        yield from self._check_time(row)
        yield from self._check_range(row)
        self.events += 1

    def finish(self) -> Iterator[ChainFault]:
        """Check the checkpoints themselves, and that they cover no more events than there are."""
        before = None
        for checkpoint in self._checkpoints:
            yield from order_faults(checkpoint, before)
            yield from signature_faults(checkpoint, self._public_key, self._verify)
            before = checkpoint
        if before is not None and before.last > self._position:
            detail = f"checkpoint {before.number} covers events up to {before.last}"
            yield ChainFault("truncated", self._position + 1, detail)

    def _check_position(self, row: Row) -> Iterator[ChainFault]:
        if row.position != self._position + 1:
            detail = f"position {self._position + 1} is followed by {row.position}"
            yield ChainFault("missing event", self._position + 1, detail)
        self._position = row.position

    def _check_chain(self, row: Row) -> Iterator[ChainFault]:
        version, previous = self._streams.get(row.stream, (0, BEGINNING))
        if row.version != version + 1:
            detail = f"{row.stream}: version {version} is followed by {row.version}"
            yield ChainFault("broken stream", row.position, detail)
        digest = event_digest(row.stream, row.version, row.topic, row.state)
        if chain_hash(previous, row.position, digest) != row.chain_hash:
            detail = f"{row.stream} version {row.version} is not what was recorded"
            yield ChainFault("altered event", row.position, detail)
        self._streams[row.stream] = (row.version, row.chain_hash)

    def _check_time(self, row: Row) -> Iterator[ChainFault]:
        self._until = max(self._until, row.recorded_at)
        if row.recorded_until != self._until:
            detail = f"recorded_until is {row.recorded_until}, and should be {self._until}"
            yield ChainFault("altered time", row.position, detail)

    def _check_range(self, row: Row) -> Iterator[ChainFault]:
        """Compare the root of each range with the signed one."""
        if self._covering >= len(self._checkpoints):
            return
        checkpoint = self._checkpoints[self._covering]
        self._hashes.append(row.chain_hash)
        if row.position >= checkpoint.last:
            if root_of(self._hashes) != checkpoint.root:
                detail = f"checkpoint {checkpoint.number} was signed over other events"
                yield ChainFault("altered range", checkpoint.first, detail)
            self._covering, self._hashes = self._covering + 1, []


def order_faults(checkpoint: Checkpoint, before: Checkpoint | None) -> Iterator[ChainFault]:
    """Yield a fault unless a checkpoint follows ``before``; after ``None``, it is the first."""
    number = before.number + 1 if before else 1
    first = before.last + 1 if before else 1
    previous = before.digest() if before else FIRST
    if (checkpoint.number, checkpoint.first, checkpoint.previous) != (number, first, previous):
        detail = f"checkpoint {checkpoint.number} does not follow the one before it"
        yield ChainFault("broken checkpoints", checkpoint.first, detail)


def signature_faults(
    checkpoint: Checkpoint, public_key: bytes, verify: Verify
) -> Iterator[ChainFault]:
    """Yield a fault unless a checkpoint is signed with the expected key."""
    signed = verify(checkpoint.public_key, checkpoint.statement(), checkpoint.signature)
    if not signed or checkpoint.public_key != public_key:
        detail = f"checkpoint {checkpoint.number} is not signed with the key expected"
        yield ChainFault("bad signature", checkpoint.first, detail)


def external_faults(kept: Checkpoint, checkpoints: Sequence[Checkpoint]) -> Iterator[ChainFault]:
    """Yield a fault unless a checkpoint kept outside the database is among the stored ones."""
    if kept not in checkpoints:
        detail = f"checkpoint {kept.number} is not the one that was kept elsewhere"
        yield ChainFault("another history", kept.first, detail)
