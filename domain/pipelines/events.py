"""Events of pipelines and of their runs. Stored forever: never rename a tag."""

from datetime import datetime
from enum import Enum
from typing import TypeAlias

import msgspec

from domain.content import Content
from domain.messages import Event
from domain.text import Personal, Public


class RunStatus(Enum):
    """Status of a run (seed 002, PipelineRunResponse)."""

    COMPLETED = "completed"
    COMPLETED_WITH_WARNINGS = "completed_with_warnings"
    SKIPPED = "skipped"
    FAILED = "failed"


class StepStatus(Enum):
    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"


class PipelineCreated(Event, frozen=True, tag="pipeline.created"):
    """A pipeline was created; ``graph`` is JSON in the export format."""

    name: Personal
    description: Personal | None
    graph: Personal


class PipelineRevised(Event, frozen=True, tag="pipeline.revised"):
    name: Personal
    description: Personal | None
    graph: Personal


class PipelineArchived(Event, frozen=True, tag="pipeline.archived"):
    pass


PipelineEvent: TypeAlias = PipelineCreated | PipelineRevised | PipelineArchived


class StepFact(msgspec.Struct, frozen=True, kw_only=True):
    """Status and duration of a step."""

    node: Personal
    utility: Public
    status: StepStatus
    microseconds: int


class RunWarning(msgspec.Struct, frozen=True, kw_only=True):
    node: Personal
    code: Public
    message: Personal


class WrittenDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The document that a run wrote; ``version`` is that of its stream."""

    id: Public
    version: int


class RunFinished(Event, frozen=True, tag="run.finished"):
    """A run of a pipeline ended; ``version`` is that of the pipeline's stream.

    ``inputs`` and ``output`` are kept for 30 days.
    """

    pipeline_id: Public
    version: int
    status: RunStatus
    started_at: datetime
    microseconds: int
    steps: tuple[StepFact, ...]
    warnings: tuple[RunWarning, ...]
    inputs: Content
    output: Content | None
    credits: int
    document: WrittenDocument | None


class RunExpired(Event, frozen=True, tag="run.expired"):
    """A run expired: inputs, output and personal data were erased."""


RunEvent: TypeAlias = RunFinished | RunExpired
