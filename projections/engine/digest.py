"""Count and digest of applied events, to compare a build with the log."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from application.eventstore.envelope import RecordedEvent

MODULUS: Final = 2**64
BYTES: Final = 8


class EventDigest(NamedTuple):
    """Number of events, and the sum of the first 8 bytes of their chain hashes, modulo 2^64.

    The sum does not depend on the order of events.
    """

    events: int = 0
    digest: int = 0

    def plus(self, other: "EventDigest") -> "EventDigest":
        return EventDigest(self.events + other.events, (self.digest + other.digest) % MODULUS)


EMPTY: Final = EventDigest()


def digest_of(records: Iterable[RecordedEvent]) -> EventDigest:
    hashes = [int.from_bytes(record.chain_hash[:BYTES], "big") for record in records]
    return EventDigest(len(hashes), sum(hashes) % MODULUS)
