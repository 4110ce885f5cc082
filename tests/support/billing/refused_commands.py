"""Refused commands of ledgers."""

from typing import Final

from application.billing.ledgers import LEDGER, Run
from domain.billing.events import RunKind
from domain.billing.ledger import CreditsExhausted
from tests.support.domain.records import ACME
from tests.support.registries.refused_command_part import (
    RefusedCommand,
    RefusedCommandPart,
    prepare_nothing,
)

RUN: Final = Run(RunKind.UTILITY, "r1")

PART: Final = RefusedCommandPart[None](
    prepare=prepare_nothing,
    commands={
        "a charge above the credits of the month": RefusedCommand(
            LEDGER, CreditsExhausted, lambda b, _: b.contexts.billing.ledgers.spend(1, RUN, 0, ACME)
        )
    },
)
