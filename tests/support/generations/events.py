"""Events of generations: stored shapes, published fields, read model rules."""

from typing import Final

from domain.generations.diagnostics import Diagnostic, Severity
from domain.generations.events import (
    FailureReason,
    FileFact,
    GenerationCompleted,
    GenerationDownloaded,
    GenerationFailed,
    GenerationRequested,
    StageReached,
)
from domain.generations.patterns import Pattern
from domain.generations.request import Compiler, Context, GenerationSpec, Hints
from domain.generations.stages import Stage
from tests.support.registries.event_part import CONTENT, EventPart

PART: Final = EventPart(
    stored={
        "generation.requested.1": GenerationRequested(
            asked=GenerationSpec(
                prompt="Export released parts to CSV \u2013 \u202e😀",
                context=Context(tc_version="14.3", compiler=Compiler.GCC, code_prefix="PNX"),
                hints=Hints(explicit_type="itk-batch", explicit_pattern="query-export"),
            ),
            request_id="req_123",
            request="bf70bf18",
            node="n1",
            engine_version="1.0.0",
        ),
        "generation.stage_reached.1": StageReached(stage=Stage.LOADING_KB),
        "generation.completed.1": GenerationCompleted(
            artifact_type="itk-batch",
            pattern=Pattern.QUERY_EXPORT,
            summary="Run a saved query",
            files=(FileFact(path="src/PNX.c", language="c", size=66, sha256="cf70bf18"),),
            warnings=1,
            content=CONTENT,
        ),
        "generation.failed.1": GenerationFailed(
            reason=FailureReason.UNSOUND,
            diagnostics=(
                Diagnostic(
                    severity=Severity.ERROR,
                    code="COMPILER_ERROR",
                    message="expected ;",
                    file="src/PNX.c",
                    line=7,
                ),
            ),
        ),
        "generation.downloaded.1": GenerationDownloaded(size=31_569),
    },
    published={
        "generation.requested": ("generationId", "tcVersion", "compiler"),
        "generation.stage_reached": ("generationId", "stage"),
        "generation.completed": ("generationId", "artifactType", "pattern", "files", "warnings"),
        "generation.failed": ("generationId", "reason"),
        "generation.downloaded": ("generationId", "size"),
    },
)
