"""Events of generations. Stored forever: add events, never rename a tag."""

from enum import Enum
from typing import TypeAlias

import msgspec

from domain.content import Content
from domain.generations.diagnostics import Diagnostic
from domain.generations.patterns import Pattern
from domain.generations.request import GenerationSpec
from domain.generations.stages import Stage
from domain.messages import Event
from domain.text import Personal, Public


class FailureReason(Enum):
    """Why a generation failed: ``orphaned`` means that its node is gone."""

    ORPHANED = "orphaned"
    INTERRUPTED = "interrupted"
    UNSOUND = "unsound"
    ERROR = "error"


class FileFact(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a generated program; ``size`` in bytes, ``sha256`` of its content in hex."""

    path: Personal
    language: Public
    size: int
    sha256: Personal


class GenerationRequested(Event, frozen=True, tag="generation.requested"):
    """A generation was requested; ``request`` is a digest of the body, ``node`` runs it."""

    asked: GenerationSpec
    request_id: Personal | None
    request: Personal
    node: Public
    engine_version: Public


class StageReached(Event, frozen=True, tag="generation.stage_reached"):
    stage: Stage


class GenerationCompleted(Event, frozen=True, tag="generation.completed"):
    """A generation completed; ``content`` is the result, with files and diagnostics."""

    artifact_type: Public
    pattern: Pattern
    summary: Personal
    files: tuple[FileFact, ...]
    warnings: int
    content: Content


class GenerationFailed(Event, frozen=True, tag="generation.failed"):
    reason: FailureReason
    diagnostics: tuple[Diagnostic, ...] = ()


class GenerationDownloaded(Event, frozen=True, tag="generation.downloaded"):
    """The archive was downloaded; ``size`` is its size in bytes."""

    size: int


GenerationEvent: TypeAlias = (
    GenerationRequested
    | StageReached
    | GenerationCompleted
    | GenerationFailed
    | GenerationDownloaded
)
