"""What a generation has come to: as a text in content storage, as events tell it, as a record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from application.generations.code_generator import File, Product
from domain.generations.diagnostics import Diagnostic, Severity
from domain.generations.events import FileFact, GenerationFailed, GenerationRequested
from domain.generations.generation import GenerationStatus
from domain.generations.patterns import ARTIFACT

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Product)


class GenerationRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A generation as it is told (wire.md, codegen); while it runs much of it is null."""

    id: str | None
    request_id: str | None
    status: GenerationStatus
    prompt: str
    project_context: "ProjectContext"
    files: Sequence[File]
    summary: str | None
    artifact_type: str
    pattern: str | None
    engine_version: str
    diagnostics: Sequence[Diagnostic]
    created_at: datetime
    failure: str | None
    build_manifest: Any | msgspec.UnsetType = msgspec.UNSET


class ProjectContext(msgspec.Struct, frozen=True, rename="camel"):
    tc_version: str
    compiler: str
    code_prefix: str | None


def packed(product: Product) -> bytes:
    """Return a product as the text that is kept of it."""
    return _encode(product)


def unpacked(text: bytes) -> Product:
    return _decoder.decode(text)


def facts_of(product: Product) -> tuple[FileFact, ...]:
    return tuple(
        FileFact(path=file.path, language=file.language, size=file.size, sha256=file.sha256)
        for file in product.files
    )


def warnings_in(product: Product) -> int:
    return sum(each.severity is Severity.WARNING for each in product.diagnostics)


def record_of(
    generation_id: str | None,
    requested: GenerationRequested,
    created_at: datetime,
    end: Product | GenerationFailed | None,
) -> GenerationRecord:
    """Tell of a generation by its first event and by how it has ended, if it has."""
    context = requested.asked.context
    product = end if isinstance(end, Product) else None
    failed = end if isinstance(end, GenerationFailed) else None
    status = (
        GenerationStatus.RUNNING
        if end is None
        else GenerationStatus.COMPLETED
        if product
        else GenerationStatus.FAILED
    )
    told = product or failed
    return GenerationRecord(
        id=generation_id,
        request_id=requested.request_id,
        status=status,
        prompt=requested.asked.prompt,
        project_context=ProjectContext(
            context.tc_version, context.compiler.value, context.code_prefix
        ),
        files=product.files if product else (),
        summary=product.summary if product else None,
        artifact_type=ARTIFACT,
        pattern=product.pattern.value if product else None,
        engine_version=requested.engine_version,
        diagnostics=told.diagnostics if told else (),
        created_at=created_at,
        failure=failed.reason.value if failed else None,
        build_manifest=product.manifest if product else msgspec.UNSET,
    )
