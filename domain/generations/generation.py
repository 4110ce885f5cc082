"""Generation aggregate: requested, stages reached, completed or failed, downloaded."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import ClassVar, Final, TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from domain.content import Content
from domain.generations.diagnostics import Diagnostic
from domain.generations.events import (
    FailureReason,
    FileFact,
    GenerationCompleted,
    GenerationDownloaded,
    GenerationEvent,
    GenerationFailed,
    GenerationRequested,
    StageReached,
)
from domain.generations.patterns import ARTIFACT, Pattern
from domain.generations.request import GenerationSpec, checked_request
from domain.generations.stages import Stage
from domain.messages import Command
from domain.refusals import Conflict, NotFound

ORDER: Final = tuple(Stage)


class RequestGeneration(Command, frozen=True):
    """Request a generation; ``reserved`` are ITK modules, which are no valid prefixes."""

    asked: GenerationSpec
    request_id: str | None
    request: str
    node: str
    engine_version: str
    reserved: frozenset[str] = frozenset()


class ReachStage(Command, frozen=True):
    stage: Stage


class CompleteGeneration(Command, frozen=True):
    pattern: Pattern
    summary: str
    files: tuple[FileFact, ...]
    warnings: int
    content: Content


class FailGeneration(Command, frozen=True):
    """Record a failure; does nothing when the generation has ended."""

    reason: FailureReason
    diagnostics: tuple[Diagnostic, ...] = ()


class DownloadGeneration(Command, frozen=True):
    size: int


GenerationCommand: TypeAlias = (
    RequestGeneration | ReachStage | CompleteGeneration | FailGeneration | DownloadGeneration
)


class GenerationStatus(Enum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class Generation(msgspec.Struct, frozen=True):
    status: GenerationStatus = GenerationStatus.RUNNING
    stage: Stage | None = None


class GenerationNotFound(NotFound):
    message = "There is no such generation."


class GenerationExists(Conflict):
    code = "GENERATION_EXISTS"


class GenerationOver(Conflict):
    """The generation has ended or passed that stage, recorded by another process."""

    code: ClassVar[str] = "GENERATION_OVER"
    message = "The generation has ended or passed that stage."


class NotCompleted(Conflict):
    message = "The generation has no files: it is still running, or has failed."


def decide(
    generation: Generation | None, command: GenerationCommand, _now: datetime
) -> Sequence[GenerationEvent]:
    if isinstance(command, RequestGeneration):
        return [_requested(generation, command)]
    if generation is None:
        raise GenerationNotFound
    match command:
        case ReachStage(stage=stage):
            if not _running(generation) or _place(stage) <= _place(generation.stage):
                raise GenerationOver
            return [StageReached(stage=stage)]
        case CompleteGeneration():
            return [_completed(generation, command)]
        case FailGeneration(reason=reason, diagnostics=diagnostics):
            if not _running(generation):
                return []
            return [GenerationFailed(reason=reason, diagnostics=diagnostics)]
        case DownloadGeneration(size=size):
            if generation.status is not GenerationStatus.COMPLETED:
                raise NotCompleted
            return [GenerationDownloaded(size=size)]
        case _:
            assert_never(command)


def evolve(generation: Generation | None, event: GenerationEvent) -> Generation:
    if isinstance(event, GenerationRequested):
        return Generation()
    if generation is None:
        raise GenerationNotFound
    match event:
        case StageReached(stage=stage):
            return replace(generation, stage=stage)
        case GenerationCompleted():
            return replace(generation, status=GenerationStatus.COMPLETED)
        case GenerationFailed():
            return replace(generation, status=GenerationStatus.FAILED)
        case GenerationDownloaded():
            return generation
        case _:
            assert_never(event)


def _requested(generation: Generation | None, command: RequestGeneration) -> GenerationRequested:
    if generation is not None:
        raise GenerationExists
    return GenerationRequested(
        asked=checked_request(command.asked, command.reserved),
        request_id=command.request_id,
        request=command.request,
        node=command.node,
        engine_version=command.engine_version,
    )


def _completed(generation: Generation, command: CompleteGeneration) -> GenerationCompleted:
    if not _running(generation):
        raise GenerationOver
    return GenerationCompleted(
        artifact_type=ARTIFACT,
        pattern=command.pattern,
        summary=command.summary,
        files=command.files,
        warnings=command.warnings,
        content=command.content,
    )


def _running(generation: Generation) -> bool:
    return generation.status is GenerationStatus.RUNNING


def _place(stage: Stage | None) -> int:
    return -1 if stage is None else ORDER.index(stage)
