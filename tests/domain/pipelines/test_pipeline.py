"""The pipeline and the run: commands accepted and refused."""

from datetime import timedelta
from typing import Any

import pytest

from application.pipelines.pipelines import PIPELINE
from application.pipelines.run_recorder import RUN
from domain.content import Content
from domain.pipelines.events import (
    PipelineArchived,
    PipelineCreated,
    PipelineRevised,
    RunExpired,
    RunFinished,
    RunStatus,
)
from domain.pipelines.pipeline import (
    MAX_GRAPH,
    ArchivePipeline,
    CreatePipeline,
    PipelineDefinition,
    PipelineExists,
    PipelineNotFound,
    PipelineTooLarge,
    RevisePipeline,
)
from domain.pipelines.run import RETENTION, ExpireRun, FinishRun, RunExists
from domain.text import InvalidText
from tests.support.domain.scenario import NOW, Scenario

pipeline, run = Scenario(PIPELINE), Scenario(RUN)
GRAPH = '{"nodes":[],"edges":[]}'
DEFINITION = PipelineDefinition(name="p", description=None, graph=GRAPH)
CREATED = PipelineCreated(name="p", description=None, graph=GRAPH)
ARCHIVED = PipelineArchived()


def finished(**changes: Any) -> dict[str, Any]:
    return {
        "pipeline_id": "p1",
        "version": 1,
        "status": RunStatus.COMPLETED,
        "started_at": NOW,
        "microseconds": 7,
        "steps": (),
        "warnings": (),
        "inputs": Content("d", 1),
        "output": None,
        "credits": 1,
        "document": None,
    } | changes


def test_a_pipeline_is_created_once() -> None:
    pipeline.when(CreatePipeline(definition=DEFINITION)).then(CREATED)
    pipeline.given(CREATED).when(CreatePipeline(definition=DEFINITION)).then_refused(PipelineExists)


def test_a_revision_that_changes_nothing_records_nothing() -> None:
    pipeline.given(CREATED).when(RevisePipeline(definition=DEFINITION)).then()
    other = PipelineDefinition(name="q", description="d", graph=GRAPH)
    revised = PipelineRevised(name="q", description="d", graph=GRAPH)
    pipeline.given(CREATED).when(RevisePipeline(definition=other)).then(revised)
    pipeline.given(CREATED, revised).when(RevisePipeline(definition=other)).then()


@pytest.mark.parametrize("history", [(), (CREATED, ARCHIVED)])
def test_what_is_archived_is_as_missing_as_what_never_was(history: Any) -> None:
    for command in (RevisePipeline(definition=DEFINITION), ArchivePipeline()):
        pipeline.given(*history).when(command).then_refused(PipelineNotFound)


def test_a_pipeline_is_archived() -> None:
    pipeline.given(CREATED).when(ArchivePipeline()).then(ARCHIVED)


@pytest.mark.parametrize(
    ("definition", "refusal"),
    [
        (PipelineDefinition(name="", graph=GRAPH), InvalidText),
        (PipelineDefinition(name="n" * 101, graph=GRAPH), InvalidText),
        (PipelineDefinition(name="a\0", graph=GRAPH), InvalidText),
        (PipelineDefinition(name="p", description="d" * 2_001, graph=GRAPH), InvalidText),
        (PipelineDefinition(name="p", graph='"\\u0000' + "\0"), InvalidText),
        (PipelineDefinition(name="p", graph="ü" * MAX_GRAPH), PipelineTooLarge),
    ],
)
def test_texts_are_checked(definition: PipelineDefinition, refusal: Any) -> None:
    pipeline.when(CreatePipeline(definition=definition)).then_refused(refusal)
    pipeline.given(CREATED).when(RevisePipeline(definition=definition)).then_refused(refusal)


def test_a_run_is_recorded_once() -> None:
    recorded = RunFinished(**finished())
    run.when(FinishRun(**finished())).then(recorded)
    run.given(recorded).when(FinishRun(**finished())).then_refused(RunExists)


def test_a_run_expires_when_its_time_is_over_and_once() -> None:
    due = RunFinished(**finished(started_at=NOW - RETENTION))
    fresh = RunFinished(**finished(started_at=NOW - RETENTION + timedelta(microseconds=1)))

    run.given(due).when(ExpireRun()).then(RunExpired())
    run.given(fresh).when(ExpireRun()).then()
    run.given(due, RunExpired()).when(ExpireRun()).then()
    run.when(ExpireRun()).then()
