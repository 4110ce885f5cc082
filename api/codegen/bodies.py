"""What is asked of generations, and how they are told (seed 000, generation; wire.md, codegen)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.http.request_body import decode, read_body
from api.request import AnyRequest
from application.generations.code_generator import File
from application.generations.results import GenerationRecord, ProjectContext
from domain.billing.ledger import Ledger
from domain.generations.diagnostics import Diagnostic
from domain.generations.generation import GenerationStatus
from domain.generations.patterns import ARTIFACT, DESCRIPTIONS
from domain.generations.request import MAX_PROMPT, Compiler, Context, GenerationSpec, Hints
from domain.refusals import Invalid
from projections.generations.generations import FoundGeneration

MAX_BYTES: Final = 128 * 1024


class InvalidRequest(Invalid):
    """Whatever is wrong with a body: the seed has one code for all of it."""

    code = "VALIDATION_ERROR"

    def __init__(self, invalid: Invalid) -> None:
        super().__init__(str(invalid))
        self.details = getattr(invalid, "details", {})


class ContextBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``tcVersion`` such as ``14.3``; ``codePrefix`` begins the names of files and symbols."""

    tc_version: Annotated[str, Meta(examples=["14.3"])]
    compiler: Compiler
    code_prefix: str | None = None


class OptionsBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``dryRun`` goes through all stages, and keeps and counts nothing."""

    explicit_type: str | None = None
    explicit_pattern: str | None = None
    dry_run: bool = False


class GenerationBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """``requestId`` is the client's own: the same one again gets the first answer again."""

    prompt: Annotated[str, Meta(min_length=1, max_length=MAX_PROMPT)]
    project_context: ContextBody
    request_id: str | None = None
    options: OptionsBody = OptionsBody()

    @classmethod
    async def read(cls, request: AnyRequest) -> tuple[bytes, Self]:
        """Return a request's body, as it came and as what it says; raises ``InvalidRequest``."""
        try:
            raw = await read_body(request, MAX_BYTES)
            return raw, decode(raw, cls)
        except Invalid as error:
            raise InvalidRequest(error) from error

    def asked(self) -> GenerationSpec:
        context, options = self.project_context, self.options
        return GenerationSpec(
            prompt=self.prompt,
            context=Context(
                tc_version=context.tc_version,
                compiler=context.compiler,
                code_prefix=context.code_prefix,
            ),
            hints=Hints(
                explicit_type=options.explicit_type, explicit_pattern=options.explicit_pattern
            ),
        )

    def digest(self) -> str:
        """Sum the request up, however it was written."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


class Usage(msgspec.Struct, frozen=True):
    """Generations of this month; ``limit`` and ``remaining`` are null where there is no limit."""

    used: int
    limit: int | None
    remaining: int | None

    @classmethod
    def of(cls, ledger: Ledger, limit: int | None) -> Self:
        used = ledger.generations
        return cls(used, limit, None if limit is None else max(0, limit - used))


class GenerationAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A generation, whole. ``failure`` says why there is no program, where there is none."""

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
        told = {name: getattr(record, name) for name in record.__struct_fields__}
        return cls(**told, usage=usage)


class GenerationSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    prompt: str
    artifact_type: str
    pattern: str | None
    status: GenerationStatus
    summary: str | None
    created_at: datetime

    @classmethod
    def of(cls, found: FoundGeneration) -> Self:
        completed = found.completed
        return cls(
            id=found.id,
            prompt=found.requested.asked.prompt,
            artifact_type=ARTIFACT,
            pattern=completed.pattern.value if completed else None,
            status=found.status,
            summary=completed.summary if completed else None,
            created_at=found.created_at,
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
            patterns=[PatternView(each.value, told) for each, told in DESCRIPTIONS.items()],
            status="active",
        )
    ]
)
