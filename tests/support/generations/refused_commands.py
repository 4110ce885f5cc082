"""Refused commands of generations."""

from typing import Final

from application.generations.runner import GENERATION
from domain.generations.events import FailureReason
from domain.generations.generation import FailGeneration, GenerationCommand, GenerationNotFound
from tests.support.domain.records import ACME
from tests.support.registries.refused_command_part import (
    RefusedCommand,
    RefusedCommandPart,
    prepare_nothing,
    transactions_of,
)

FAIL: GenerationCommand = FailGeneration(reason=FailureReason.ERROR)

PART: Final = RefusedCommandPart[None](
    prepare=prepare_nothing,
    commands={
        "an unknown generation": RefusedCommand(
            GENERATION,
            GenerationNotFound,
            lambda b, _: transactions_of(b).execute(GENERATION, "0" * 32, FAIL, ACME),
        )
    },
)
