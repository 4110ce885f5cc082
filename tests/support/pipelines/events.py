"""Events of pipelines and their runs: stored shapes, published fields, read model rules."""

from typing import Final

from domain.pipelines.events import (
    PipelineArchived,
    PipelineCreated,
    PipelineRevised,
    RunExpired,
    RunFinished,
    RunStatus,
    RunWarning,
    StepFact,
    StepStatus,
    WrittenDocument,
)
from tests.support.registries.event_part import CONTENT, LATER, EventPart

GRAPH: Final = '{"kind":"forgejson.pipeline","version":"1.0","nodes":[],"edges":[]}'

PART: Final = EventPart(
    stored={
        "pipeline.created.1": PipelineCreated(
            name="greeting \u2013 😀", description="Says hello", graph=GRAPH
        ),
        "pipeline.revised.1": PipelineRevised(name="greeting", description=None, graph=GRAPH),
        "pipeline.archived.1": PipelineArchived(),
        "run.finished.1": RunFinished(
            pipeline_id="p1",
            version=2,
            status=RunStatus.COMPLETED_WITH_WARNINGS,
            started_at=LATER,
            microseconds=1_234,
            steps=(
                StepFact(
                    node="sorts",
                    utility="structure.sort",
                    status=StepStatus.FAILED,
                    microseconds=99,
                ),
            ),
            warnings=(RunWarning(node="sorts", code="INVALID_INPUT", message="no array"),),
            inputs=CONTENT,
            output=CONTENT,
            credits=1,
            document=WrittenDocument(id="d1", version=3),
        ),
        "run.expired.1": RunExpired(),
    },
    published={
        "pipeline.created": ("pipelineId", "name"),
        "pipeline.revised": ("pipelineId", "name"),
        "pipeline.archived": ("pipelineId",),
        "run.finished": (
            *("runId", "pipelineId", "status", "startedAt", "durationMs", "creditsUsed"),
            "documentId",
        ),
        "run.expired": ("runId",),
    },
)
