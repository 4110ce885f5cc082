"""Request bodies and responses of the pipeline routes (wire.md, json_api)."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import asdict

from api.http.request_body import decode
from api.json_api.documents.responses import Success
from application.pipelines.pipelines import PipelineDraft
from domain.pipelines.graph import Graph, graph_of
from projections.pipelines.pipelines import FoundPipeline


class PipelineBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    description: str | None = None
    graph: Graph


class PipelineSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    name: str
    description: str | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, pipeline: FoundPipeline) -> "PipelineSummary":
        return cls(
            id=pipeline.id,
            name=pipeline.name,
            description=pipeline.description,
            created_at=pipeline.created_at,
            updated_at=pipeline.updated_at,
        )


class PipelineView(PipelineSummary, frozen=True, kw_only=True, rename="camel"):
    graph: Graph

    @classmethod
    def of(cls, pipeline: FoundPipeline) -> "PipelineView":
        summary = asdict(PipelineSummary.of(pipeline))
        return cls(**summary, graph=graph_of(pipeline.graph))


class PipelineAnswer(Success, frozen=True, kw_only=True):
    pipeline: PipelineView


class PipelinesAnswer(Success, frozen=True, kw_only=True, rename="camel"):
    pipelines: Sequence[PipelineSummary]
    next_cursor: str | None


class ArchivedAnswer(Success, frozen=True, kw_only=True):
    archived: bool = True


def pipeline_draft(raw: bytes) -> PipelineDraft:
    """Decode a pipeline; the use case validates its graph."""
    body = decode(raw, PipelineBody)
    return PipelineDraft(body.name, body.description, body.graph)
