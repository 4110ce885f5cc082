"""Run aggregate: recorded when it ends, erased after 30 days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from domain.content import Content
from domain.messages import Command
from domain.pipelines.events import (
    RunEvent,
    RunExpired,
    RunFinished,
    RunStatus,
    RunWarning,
    StepFact,
    WrittenDocument,
)
from domain.refusals import Conflict, NotFound

RETENTION: Final = timedelta(days=30)


class FinishRun(Command, frozen=True):
    pipeline_id: str
    version: int
    status: RunStatus
    started_at: datetime
    microseconds: int
    steps: tuple[StepFact, ...]
    warnings: tuple[RunWarning, ...]
    inputs: Content
    output: Content | None
    credits: int
    document: WrittenDocument | None = None


class ExpireRun(Command, frozen=True):
    """Expire a run that is due; otherwise do nothing."""


RunCommand: TypeAlias = FinishRun | ExpireRun


class Run(msgspec.Struct, frozen=True):
    expires_at: datetime
    expired: bool = False


class RunNotFound(NotFound):
    code = "RUN_NOT_FOUND"
    message = "There is no such run."


class RunExists(Conflict):
    code = "RUN_EXISTS"


def decide(run: Run | None, command: RunCommand, now: datetime) -> Sequence[RunEvent]:
    match command:
        case FinishRun():
            if run is not None:
                raise RunExists
            return [_finished(command)]
        case ExpireRun():
            due = run is not None and not run.expired and run.expires_at <= now
            return [RunExpired()] if due else []
        case _:
            assert_never(command)


def evolve(run: Run | None, event: RunEvent) -> Run:
    match event:
        case RunFinished(started_at=started_at):
            return Run(started_at + RETENTION)
        case RunExpired():
            if run is None:
                raise RunNotFound
            return replace(run, expired=True)
        case _:
            assert_never(event)


def _finished(command: FinishRun) -> RunFinished:
    return RunFinished(
        pipeline_id=command.pipeline_id,
        version=command.version,
        status=command.status,
        started_at=command.started_at,
        microseconds=command.microseconds,
        steps=command.steps,
        warnings=command.warnings,
        inputs=command.inputs,
        output=command.output,
        credits=command.credits,
        document=command.document,
    )
