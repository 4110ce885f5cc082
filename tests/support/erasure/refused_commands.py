"""Refused commands of certificates of erasure."""

from typing import Final

from application.erasure.certificates import ERASURE
from domain.erasure.erasure import AlreadyCertified, CertifyErasure
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.registries.refused_command_part import (
    RefusedCommand,
    RefusedCommandPart,
    transactions_of,
)

CERTIFY: Final = CertifyErasure(subject="document-d1", version=1, texts=1, size=1, digest="00")


async def _prepare(backend: Backend) -> None:
    await transactions_of(backend).begin(ERASURE, "d1", CERTIFY, ACME)


PART: Final = RefusedCommandPart[None](
    prepare=_prepare,
    commands={
        "an erasure certified before": RefusedCommand(
            ERASURE,
            AlreadyCertified,
            lambda b, _: transactions_of(b).execute(ERASURE, "d1", CERTIFY, ACME),
        )
    },
)
