"""Responses of generations (seed 000, generation; wire.md, codegen)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

import msgspec
from msgspec import UNSET, UnsetType

from application.generations.code_generator import File, Product
from application.generations.results import GenerationRecord
from domain.billing.ledger import Ledger
from domain.generations.diagnostics import Diagnostic
from domain.generations.events import GenerationFailed
from domain.generations.generation import GenerationStatus
from domain.generations.patterns import ARTIFACT, DESCRIPTIONS
from projections.generations.generations import FoundGeneration


class Usage(msgspec.Struct, frozen=True):
    """Generations of this month; ``limit`` and ``remaining`` are null where there is no limit."""

    used: int
    limit: int | None
    remaining: int | None

    @classmethod
    def of(cls, ledger: Ledger, limit: int | None) -> Self:
        used = ledger.generations
        return cls(used, limit, None if limit is None else max(0, limit - used))


class ProjectContext(msgspec.Struct, frozen=True, rename="camel"):
    tc_version: str
    compiler: str
    code_prefix: str | None


class GenerationAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A generation with its files; ``failure`` is the reason of a failed one."""

    id: str | None
    request_id: str | None
    status: GenerationStatus
    prompt: str
    project_context: ProjectContext
    files: Sequence[File]
    summary: str | None
    artifact_type: str
    pattern: str | None
    usage: Usage
    engine_version: str
    diagnostics: Sequence[Diagnostic]
    created_at: datetime
    failure: str | None
    build_manifest: dict[str, Any] | UnsetType = UNSET

    @classmethod
    def of(cls, record: GenerationRecord, usage: Usage) -> Self:
        requested, end = record.requested, record.end
        context = requested.asked.context
        product = end if isinstance(end, Product) else None
        return cls(
            id=record.id,
            request_id=requested.request_id,
            status=_status(end),
            prompt=requested.asked.prompt,
            project_context=ProjectContext(
                context.tc_version, context.compiler.value, context.code_prefix
            ),
            files=product.files if product else (),
            summary=product.summary if product else None,
            artifact_type=ARTIFACT,
            pattern=product.pattern.value if product else None,
            usage=usage,
            engine_version=requested.engine_version,
            diagnostics=end.diagnostics if end else (),
            created_at=record.created_at,
            failure=end.reason.value if isinstance(end, GenerationFailed) else None,
            build_manifest=product.manifest if product else UNSET,
        )


def _status(end: Product | GenerationFailed | None) -> GenerationStatus:
    match end:
        case None:
            return GenerationStatus.RUNNING
        case Product():
            return GenerationStatus.COMPLETED
        case GenerationFailed():
            return GenerationStatus.FAILED


class GenerationSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    prompt: str
    artifact_type: str
    pattern: str | None
    status: GenerationStatus
    summary: str | None
    created_at: datetime

    @classmethod
    def of(cls, generation: FoundGeneration) -> Self:
        completed = generation.completed
        return cls(
            id=generation.id,
            prompt=generation.requested.asked.prompt,
            artifact_type=ARTIFACT,
            pattern=completed.pattern.value if completed else None,
            status=generation.status,
            summary=completed.summary if completed else None,
            created_at=generation.created_at,
        )


class GenerationsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    generations: Sequence[GenerationSummary]
    next_cursor: str | None


class PatternView(msgspec.Struct, frozen=True):
    slug: str
    description: str


class Artifact(msgspec.Struct, frozen=True):
    type: str
    name: str
    description: str
    patterns: Sequence[PatternView]
    status: str


class ArtifactsAnswer(msgspec.Struct, frozen=True):
    artifacts: Sequence[Artifact]


REGISTRY = ArtifactsAnswer(
    [
        Artifact(
            type=ARTIFACT,
            name="ITK batch program",
            description="A command-line program in C for Teamcenter's Integration Toolkit.",
            patterns=[PatternView(each.value, text) for each, text in DESCRIPTIONS.items()],
            status="active",
        )
    ]
)
