"""Certificates of erasure: how much was erased, and the digest of its history."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from application.eventstore.decider import Decider
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import ConcurrentWrite
from application.eventstore.transaction import Decision, Transaction
from domain.erasure.erasure import CertifyErasure, Erasure, decide, evolve

ERASURE: Final = Decider("erasure", Erasure, decide, evolve)


def certify(
    tx: Transaction, history: Sequence[RecordedEvent], sizes: Sequence[int], erasing: Decision
) -> None:
    """Record a certificate beside ``erasing``, which erases a stream of this history.

    ``sizes`` are those of the erased texts, in bytes. Raises ``ConcurrentWrite`` when the history
    is not all there was to erase.
    """
    first = erasing.records[0]
    if not history or history[-1].version != first.version - 1:
        raise ConcurrentWrite
    tx.begin(ERASURE, first.key, certificate_of(history, sizes))


def certificate_of(history: Sequence[RecordedEvent], sizes: Sequence[int]) -> CertifyErasure:
    """Return the certificate of a stream's history."""
    digest = sha256(b"".join(record.chain_hash for record in history)).hexdigest()
    return CertifyErasure(
        subject=history[0].stream,
        version=history[-1].version,
        texts=len(sizes),
        size=sum(sizes),
        digest=digest,
    )
