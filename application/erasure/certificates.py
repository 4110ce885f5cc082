"""Certificates of erasure: how much was erased, and the digest of its history."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from application.eventstore.decider import Decider
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import ConcurrentWrite
from application.eventstore.transaction import Decision, Transaction
from domain.documents.events import ContentOverwritten, DocumentCreated, VersionAdded
from domain.erasure.erasure import CertifyErasure, Erasure, decide, evolve

ERASURE: Final = Decider("erasure", Erasure, decide, evolve)


def certify(tx: Transaction, history: Sequence[RecordedEvent], erasing: Decision) -> None:
    """Record a certificate beside ``erasing``, which erases a document of this history.

    Raises ``ConcurrentWrite`` when the history is not all there was to erase.
    """
    first = erasing.records[0]
    if not history or history[-1].version != first.version - 1:
        raise ConcurrentWrite
    tx.begin(ERASURE, first.key, certificate_of(history))


def certificate_of(history: Sequence[RecordedEvent]) -> CertifyErasure:
    """Return the certificate of a document's history."""
    sizes = _sizes(history)
    digest = sha256(b"".join(record.chain_hash for record in history)).hexdigest()
    return CertifyErasure(
        subject=history[0].stream,
        version=history[-1].version,
        texts=len(sizes),
        size=sum(sizes.values()),
        digest=digest,
    )


def _sizes(history: Sequence[RecordedEvent]) -> dict[int, int]:
    """Return the size of each version's text, in bytes, as it was last."""
    sizes: dict[int, int] = {}
    for record in history:
        match record.event:
            case DocumentCreated(content=content):
                sizes[1] = content.size
            case (
                VersionAdded(number=number, content=content)
                | ContentOverwritten(number=number, content=content)
            ):
                sizes[number] = content.size
    return sizes
