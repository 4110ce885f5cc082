"""Refused commands of the administration of read models."""

from typing import Final

from application.projection_admin.skips import SKIPS
from domain.projection_admin.skips import InvalidSkip, SkipEvent
from tests.support.domain.records import ACME
from tests.support.registries.refused_command_part import (
    RefusedCommand,
    RefusedCommandPart,
    prepare_nothing,
    transactions_of,
)

SKIP: Final = SkipEvent(projection="folders", position=0, reason="why")

PART: Final = RefusedCommandPart[None](
    prepare=prepare_nothing,
    commands={
        "a skip of no position": RefusedCommand(
            SKIPS,
            InvalidSkip,
            lambda b, _: transactions_of(b).execute(SKIPS, "folders", SKIP, ACME),
        )
    },
)
