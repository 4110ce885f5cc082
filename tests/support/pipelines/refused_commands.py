"""Refused commands of pipelines and runs."""

from datetime import UTC, datetime
from typing import Final

from application.pipelines.pipelines import PIPELINE
from application.pipelines.run_recorder import RUN
from domain.content import Content
from domain.pipelines.events import RunStatus
from domain.pipelines.pipeline import PipelineNotFound
from domain.pipelines.run import FinishRun, RunCommand, RunExists
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.registries.refused_command_part import (
    RefusedCommand,
    RefusedCommandPart,
    transactions_of,
)

FINISH: RunCommand = FinishRun(
    pipeline_id="p1",
    version=1,
    status=RunStatus.COMPLETED,
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    microseconds=1,
    steps=(),
    warnings=(),
    inputs=Content("00", 2),
    output=None,
    credits=0,
)


async def _prepare(backend: Backend) -> None:
    await transactions_of(backend).begin(RUN, "r1", FINISH, ACME)


PART: Final = RefusedCommandPart[None](
    prepare=_prepare,
    commands={
        "an unknown pipeline": RefusedCommand(
            PIPELINE,
            PipelineNotFound,
            lambda b, _: b.contexts.pipelines.commands.archive("0" * 32, ACME, None),
        ),
        "a run that has finished": RefusedCommand(
            RUN, RunExists, lambda b, _: transactions_of(b).execute(RUN, "r1", FINISH, ACME)
        ),
    },
)
