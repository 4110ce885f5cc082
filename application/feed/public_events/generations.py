"""Public events of generations, without prompts and generated code."""

from typing import Final

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.generations.events import (
    FailureReason,
    GenerationCompleted,
    GenerationDownloaded,
    GenerationFailed,
    GenerationRequested,
    StageReached,
)
from domain.generations.patterns import Pattern
from domain.generations.request import Compiler
from domain.generations.stages import Stage
from domain.identity.scopes import Scope


class GenerationData(Data, frozen=True, kw_only=True):
    generation_id: str


class GenerationRequestedData(GenerationData, frozen=True, kw_only=True):
    tc_version: str
    compiler: Compiler


class StageReachedData(GenerationData, frozen=True, kw_only=True):
    stage: Stage


class GenerationCompletedData(GenerationData, frozen=True, kw_only=True):
    artifact_type: str
    pattern: Pattern
    files: int
    warnings: int


class GenerationFailedData(GenerationData, frozen=True, kw_only=True):
    reason: FailureReason


class GenerationDownloadedData(GenerationData, frozen=True, kw_only=True):
    """``size`` is that of the archive, in bytes."""

    size: int


def requested(key: str, event: GenerationRequested) -> GenerationRequestedData:
    context = event.asked.context
    return GenerationRequestedData(
        generation_id=key, tc_version=context.tc_version, compiler=context.compiler
    )


def stage_reached(key: str, event: StageReached) -> StageReachedData:
    return StageReachedData(generation_id=key, stage=event.stage)


def completed(key: str, event: GenerationCompleted) -> GenerationCompletedData:
    return GenerationCompletedData(
        generation_id=key,
        artifact_type=event.artifact_type,
        pattern=event.pattern,
        files=len(event.files),
        warnings=event.warnings,
    )


def failed(key: str, event: GenerationFailed) -> GenerationFailedData:
    return GenerationFailedData(generation_id=key, reason=event.reason)


def downloaded(key: str, event: GenerationDownloaded) -> GenerationDownloadedData:
    return GenerationDownloadedData(generation_id=key, size=event.size)


TYPES: Final[tuple[PublicType, ...]] = (
    public_type("generation.requested", Scope.GENERATIONS, GenerationRequested, requested),
    public_type("generation.stage_reached", Scope.GENERATIONS, StageReached, stage_reached),
    public_type("generation.completed", Scope.GENERATIONS, GenerationCompleted, completed),
    public_type("generation.failed", Scope.GENERATIONS, GenerationFailed, failed),
    public_type("generation.downloaded", Scope.GENERATIONS, GenerationDownloaded, downloaded),
)
