"""What can happen to a generation. Stored forever: add events, never rename a tag."""

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
    """Why there is no program: ``orphaned`` is found out by others, when a node is gone."""

    ORPHANED = "orphaned"
    INTERRUPTED = "interrupted"
    UNSOUND = "unsound"
    ERROR = "error"


class FileFact(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a program; ``size`` in bytes, ``sha256`` of its content in hex."""

    path: Personal
    language: Public
    size: int
    sha256: Personal


class GenerationRequested(Event, frozen=True, tag="generation.requested"):
    """``request`` is a digest of all that was sent, ``node`` who has it in hand."""

    asked: GenerationSpec
    request_id: Personal | None
    request: Personal
    node: Public
    engine_version: Public


class StageReached(Event, frozen=True, tag="generation.stage_reached"):
    stage: Stage


class GenerationCompleted(Event, frozen=True, tag="generation.completed"):
    """``content`` is the whole product as it was delivered; files and diagnostics are in it."""

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
    """``size`` is that of the archive, in bytes."""

    size: int


GenerationEvent: TypeAlias = (
    GenerationRequested
    | StageReached
    | GenerationCompleted
    | GenerationFailed
    | GenerationDownloaded
)
