"""Request bodies and responses of the run routes (seed 002, PipelineRunRequest, -Response)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from api.json_api.documents.responses import Success
from application.pipelines.results import RunResult
from application.pipelines.run_recorder import FinishedRun
from domain.content import Content
from domain.pipelines.events import (
    RunFinished,
    RunStatus,
    RunWarning,
    StepFact,
    StepStatus,
    WrittenDocument,
)
from projections.pipelines.pipeline_runs import FoundRun


class RunBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PipelineRunRequest`` of the seed: inputs by node; a single input may have any name."""

    inputs: dict[str, msgspec.Raw] = {}
    verbose: bool = False


class Warned(msgspec.Struct, frozen=True, rename="camel"):
    """A warning; ``nodeId`` is empty where it concerns the whole run."""

    node_id: str
    code: str
    message: str

    @classmethod
    def of(cls, warning: RunWarning) -> "Warned":
        return cls(warning.node, warning.code, warning.message)


class WrittenAnswer(msgspec.Struct, frozen=True):
    """A document that a run wrote."""

    id: str


class RunAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    """``PipelineRunResponse`` of the seed, with ``runId`` and ``document``."""

    status: RunStatus
    output: msgspec.Raw
    duration_ms: float
    credits_used: int
    warnings: Sequence[Warned] | UnsetType = UNSET
    step_outputs: Mapping[str, msgspec.Raw] | UnsetType = UNSET
    run_id: str
    document: WrittenAnswer | UnsetType = UNSET


class StepView(msgspec.Struct, frozen=True, rename="camel"):
    node_id: str
    utility_id: str
    status: StepStatus
    duration_ms: float

    @classmethod
    def of(cls, step: StepFact) -> "StepView":
        return cls(step.node, step.utility, step.status, step.microseconds / 1_000)


class KeptText(msgspec.Struct, frozen=True):
    """A stored text: its size in bytes, and its salted digest as in the audit trail."""

    digest: str
    size: int

    @classmethod
    def of(cls, content: Content) -> "KeptText":
        return cls(content.digest, content.size)


class RunSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Times are epoch milliseconds."""

    id: str
    status: RunStatus
    started_at: int
    duration_ms: float
    credits_used: int
    document: WrittenAnswer | None

    @classmethod
    def of(cls, run: FoundRun) -> "RunSummary":
        return cls(**_summary_fields(run))


class RunView(RunSummary, frozen=True, kw_only=True, rename="camel"):
    """A run with its steps; ``pipelineVersion`` is the ETag of the pipeline that was run."""

    pipeline_version: int
    steps: Sequence[StepView]
    warnings: Sequence[Warned]
    inputs: KeptText
    output: KeptText | None

    @classmethod
    def of(cls, run: FoundRun) -> "RunView":
        finished = run.finished
        return cls(
            **_summary_fields(run),
            pipeline_version=finished.version,
            steps=[*map(StepView.of, finished.steps)],
            warnings=[*map(Warned.of, finished.warnings)],
            inputs=KeptText.of(finished.inputs),
            output=None if finished.output is None else KeptText.of(finished.output),
        )


class RunsAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    runs: Sequence[RunSummary]
    next_cursor: str | None


class RunViewAnswer(Success, frozen=True, kw_only=True):
    run: RunView


def run_answer(run: FinishedRun, finished: RunFinished) -> RunAnswer:
    """Return the response of a run."""
    result: RunResult = run.result
    outputs = run.results.step_outputs.items()
    return RunAnswer(
        status=result.status,
        output=msgspec.Raw(result.output or b"null"),
        duration_ms=run.microseconds / 1_000,
        credits_used=run.credits,
        warnings=[*map(Warned.of, result.warnings)] or UNSET,
        step_outputs={n: msgspec.Raw(v) for n, v in outputs} if run.request.verbose else UNSET,
        run_id=run.id,
        document=UNSET if finished.document is None else _document(finished.document),
    )


def _summary_fields(run: FoundRun) -> dict[str, Any]:
    finished = run.finished
    return {
        "id": run.id,
        "status": finished.status,
        "started_at": int(finished.started_at.timestamp() * 1000),
        "duration_ms": finished.microseconds / 1_000,
        "credits_used": finished.credits,
        "document": None if finished.document is None else _document(finished.document),
    }


def _document(document: WrittenDocument) -> WrittenAnswer:
    return WrittenAnswer(document.id)
