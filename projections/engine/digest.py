"""What a batch adds to the count and the digest of the events a build has applied."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from application.eventstore.envelope import RecordedEvent

MODULUS: Final = 2**64
BYTES: Final = 8


class EventDigest(NamedTuple):
    """``digest`` sums the first eight bytes of chain hashes, so no order matters, modulo 2^64."""

    events: int = 0
    digest: int = 0

    def plus(self, other: "EventDigest") -> "EventDigest":
        return EventDigest(self.events + other.events, (self.digest + other.digest) % MODULUS)


EMPTY: Final = EventDigest()


def digest_of(records: Iterable[RecordedEvent]) -> EventDigest:
    hashes = [int.from_bytes(record.chain_hash[:BYTES], "big") for record in records]
    return EventDigest(len(hashes), sum(hashes) % MODULUS)
