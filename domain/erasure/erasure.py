"""Erasure aggregate: the certificate of an erasure, issued once, together with it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain.erasure.events import ErasureCertified, ErasureEvent
from domain.messages import Command
from domain.refusals import Conflict


class AlreadyCertified(Conflict):
    code = "ALREADY_CERTIFIED"
    message = "This has been erased and certified already."


class CertifyErasure(Command, frozen=True):
    subject: str
    version: int
    texts: int
    size: int
    digest: str


class Erasure(msgspec.Struct, frozen=True):
    subject: str


def decide(
    erasure: Erasure | None, command: CertifyErasure, _now: datetime
) -> Sequence[ErasureEvent]:
    if erasure is not None:
        raise AlreadyCertified
    return [
        ErasureCertified(
            subject=command.subject,
            version=command.version,
            texts=command.texts,
            size=command.size,
            digest=command.digest,
        )
    ]


def evolve(_: Erasure | None, event: ErasureEvent) -> Erasure:
    return Erasure(event.subject)
