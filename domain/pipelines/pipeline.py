"""Pipeline aggregate: a named graph, revised and archived."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeAlias, assert_never

import msgspec
from msgspec.structs import replace

from domain.messages import Command
from domain.pipelines.events import (
    PipelineArchived,
    PipelineCreated,
    PipelineEvent,
    PipelineRevised,
)
from domain.refusals import Conflict, NotFound, TooLarge
from domain.text import valid_text

MAX_NAME: Final = 100
MAX_DESCRIPTION: Final = 2_000
MAX_GRAPH: Final = 256 * 1024
"""Bytes of JSON."""


class PipelineDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """Definition of a pipeline; ``graph`` is validated JSON."""

    name: str
    description: str | None = None
    graph: str


class CreatePipeline(Command, frozen=True):
    definition: PipelineDefinition


class RevisePipeline(Command, frozen=True):
    definition: PipelineDefinition


class ArchivePipeline(Command, frozen=True):
    pass


PipelineCommand: TypeAlias = CreatePipeline | RevisePipeline | ArchivePipeline


class Pipeline(msgspec.Struct, frozen=True):
    """State of a pipeline; ``digest`` of its definition detects revisions without changes."""

    digest: str
    archived: bool = False


class PipelineNotFound(NotFound):
    code = "PIPELINE_NOT_FOUND"
    message = "There is no such pipeline."


class PipelineExists(Conflict):
    code = "PIPELINE_EXISTS"


class PipelineTooLarge(TooLarge):
    message = f"A pipeline's graph has {MAX_GRAPH} bytes of JSON at most."


def decide(
    pipeline: Pipeline | None, command: PipelineCommand, _now: datetime
) -> Sequence[PipelineEvent]:
    match command:
        case CreatePipeline(definition=definition):
            if pipeline is not None:
                raise PipelineExists
            _check(definition)
            return [
                PipelineCreated(
                    name=definition.name, description=definition.description, graph=definition.graph
                )
            ]
        case RevisePipeline(definition=definition):
            if _live(pipeline).digest == _digest(definition):
                return []
            _check(definition)
            return [
                PipelineRevised(
                    name=definition.name, description=definition.description, graph=definition.graph
                )
            ]
        case ArchivePipeline():
            _live(pipeline)
            return [PipelineArchived()]
        case _:
            assert_never(command)


def evolve(pipeline: Pipeline | None, event: PipelineEvent) -> Pipeline:
    match event:
        case PipelineCreated() | PipelineRevised():
            definition = PipelineDefinition(
                name=event.name, description=event.description, graph=event.graph
            )
            return Pipeline(_digest(definition))
        case PipelineArchived():
            return replace(_live(pipeline), archived=True)
        case _:
            assert_never(event)


def _check(definition: PipelineDefinition) -> None:
    valid_text(definition.name, field="name", shortest=1, longest=MAX_NAME)
    valid_text(definition.description or "", field="description", longest=MAX_DESCRIPTION)
    valid_text(definition.graph, field="graph", longest=MAX_GRAPH)
    if len(definition.graph.encode()) > MAX_GRAPH:
        raise PipelineTooLarge


def _digest(definition: PipelineDefinition) -> str:
    return sha256(msgspec.json.encode(definition)).hexdigest()


def _live(pipeline: Pipeline | None) -> Pipeline:
    if pipeline is None or pipeline.archived:
        raise PipelineNotFound
    return pipeline
