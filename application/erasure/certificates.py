"""Certificates of erasure: what was erased, told without any of it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from application.eventstore.command_handler import CommandHandler
from application.eventstore.decider import Decider
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import ConcurrentWrite
from domain.documents.events import ContentOverwritten, DocumentCreated, VersionAdded
from domain.erasure.erasure import CertifyErasure, Erasure, decide, evolve

ERASURE: Final = Decider("erasure", Erasure, decide, evolve)


class Certificates:
    """``streams`` gives records their envelope; nothing is appended here."""

    def __init__(self, streams: CommandHandler) -> None:
        self._streams = streams

    def certificate(
        self, history: Sequence[RecordedEvent], erasing: Sequence[RecordedEvent]
    ) -> tuple[RecordedEvent, ...]:
        """Return what to record beside ``erasing``, which erases a document of this history.

        Raises ``ConcurrentWrite`` when the history is not all there was to erase.
        """
        first = erasing[0]
        if not history or history[-1].version != first.version - 1:
            raise ConcurrentWrite
        command = certify(history)
        return tuple(
            self._streams.envelope(
                ERASURE.stream(first.key), version, event, first.origin, first.recorded_at
            )
            for version, event in enumerate(decide(None, command, first.recorded_at), start=1)
        )


def certify(history: Sequence[RecordedEvent]) -> CertifyErasure:
    """Say what a document's history amounts to."""
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
    """Return the bytes of each version's text, as they were last."""
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
