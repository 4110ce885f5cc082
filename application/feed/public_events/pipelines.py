"""Public events of pipelines and runs, without graphs, inputs and outputs."""

from datetime import datetime
from typing import Final

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.identity.scopes import Scope
from domain.pipelines.events import (
    PipelineArchived,
    PipelineCreated,
    PipelineRevised,
    RunExpired,
    RunFinished,
    RunStatus,
)


class PipelineData(Data, frozen=True, kw_only=True):
    pipeline_id: str


class PipelineNamedData(PipelineData, frozen=True, kw_only=True):
    name: str


class RunData(Data, frozen=True, kw_only=True):
    run_id: str


class RunFinishedData(RunData, frozen=True, kw_only=True):
    """``document_id`` is that of the document the run has written, if any."""

    pipeline_id: str
    status: RunStatus
    started_at: datetime
    duration_ms: float
    credits_used: int
    document_id: str | None


def created(key: str, event: PipelineCreated) -> PipelineNamedData:
    return PipelineNamedData(pipeline_id=key, name=event.name)


def revised(key: str, event: PipelineRevised) -> PipelineNamedData:
    return PipelineNamedData(pipeline_id=key, name=event.name)


def archived(key: str, _: PipelineArchived) -> PipelineData:
    return PipelineData(pipeline_id=key)


def finished(key: str, event: RunFinished) -> RunFinishedData:
    return RunFinishedData(
        run_id=key,
        pipeline_id=event.pipeline_id,
        status=event.status,
        started_at=event.started_at,
        duration_ms=event.microseconds / 1_000,
        credits_used=event.credits,
        document_id=event.document.id if event.document is not None else None,
    )


def expired(key: str, _: RunExpired) -> RunData:
    return RunData(run_id=key)


TYPES: Final[tuple[PublicType, ...]] = (
    public_type("pipeline.created", Scope.PIPELINES, PipelineCreated, created),
    public_type("pipeline.revised", Scope.PIPELINES, PipelineRevised, revised),
    public_type("pipeline.archived", Scope.PIPELINES, PipelineArchived, archived),
    public_type("run.finished", Scope.PIPELINES, RunFinished, finished),
    public_type("run.expired", Scope.PIPELINES, RunExpired, expired),
)
