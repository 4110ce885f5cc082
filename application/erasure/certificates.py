"""Certificates of erasure: what was erased, told without any of it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from application.eventstore.command_handler import CommandHandler
from application.eventstore.decider import Decider
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import ConcurrentWrite
from domain.erasure.erasure import CertifyErasure, Erasure, decide, evolve

ERASURE: Final = Decider("erasure", Erasure, decide, evolve)


class Certificates:
    """``streams`` gives records their envelope; nothing is appended here."""

    def __init__(self, streams: CommandHandler) -> None:
        self._streams = streams

    def certificate(
        self,
        history: Sequence[RecordedEvent],
        sizes: Sequence[int],
        erasing: Sequence[RecordedEvent],
    ) -> tuple[RecordedEvent, ...]:
        """Return what to record beside ``erasing``, which erases a stream of this history.

        ``sizes`` are the bytes of each text that goes with it. Raises ``ConcurrentWrite`` when the
        history is not all there was to erase.
        """
        first = erasing[0]
        if not history or history[-1].version != first.version - 1:
            raise ConcurrentWrite
        command = certify(history, sizes)
        return tuple(
            self._streams.envelope(
                ERASURE.stream(first.key), version, event, first.origin, first.recorded_at
            )
            for version, event in enumerate(decide(None, command, first.recorded_at), start=1)
        )


def certify(history: Sequence[RecordedEvent], sizes: Sequence[int]) -> CertifyErasure:
    """Say what a stream's history amounts to."""
    digest = sha256(b"".join(record.chain_hash for record in history)).hexdigest()
    return CertifyErasure(
        subject=history[0].stream,
        version=history[-1].version,
        texts=len(sizes),
        size=sum(sizes),
        digest=digest,
    )
