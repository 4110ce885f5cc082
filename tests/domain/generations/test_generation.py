"""The generation: requested once, a stage at a time, ended once, downloaded many times."""

import pytest

from application.generations.runner import GENERATION
from domain.content import Content
from domain.generations.events import (
    FailureReason,
    FileFact,
    GenerationCompleted,
    GenerationDownloaded,
    GenerationFailed,
    GenerationRequested,
    StageReached,
)
from domain.generations.generation import (
    CompleteGeneration,
    DownloadGeneration,
    FailGeneration,
    GenerationExists,
    GenerationNotFound,
    GenerationOver,
    NotCompleted,
    ReachStage,
    RequestGeneration,
)
from domain.generations.naming import InvalidPrefix
from domain.generations.patterns import Pattern, UnknownPattern
from domain.generations.request import Compiler, Context, GenerationSpec, Hints, InvalidPrompt
from domain.generations.stages import Stage
from domain.generations.versions import UnknownVersion
from domain.refusals import Refusal
from domain.text import InvalidText
from tests.support.domain.scenario import Scenario

generation = Scenario(GENERATION)


def spec(
    prompt: str = "BOM of item 1",
    version: str = "14.3",
    prefix: str | None = None,
    pattern: str | None = None,
) -> GenerationSpec:
    context = Context(tc_version=version, compiler=Compiler.GCC, code_prefix=prefix)
    return GenerationSpec(prompt=prompt, context=context, hints=Hints(explicit_pattern=pattern))


def request(wanted: GenerationSpec) -> RequestGeneration:
    return RequestGeneration(
        asked=wanted,
        request_id="r1",
        request="digest",
        node="n1",
        engine_version="1.0.0",
        reserved=frozenset({"ITEM"}),
    )


REQUESTED = GenerationRequested(
    asked=spec(), request_id="r1", request="digest", node="n1", engine_version="1.0.0"
)
FILES = (FileFact(path="a.c", language="c", size=1, sha256="00"),)
COMPLETE = CompleteGeneration(
    pattern=Pattern.BOM_EXPORT, summary="s", files=FILES, warnings=0, content=Content("d", 1)
)
COMPLETED = GenerationCompleted(
    artifact_type="itk-batch",
    pattern=Pattern.BOM_EXPORT,
    summary="s",
    files=FILES,
    warnings=0,
    content=Content("d", 1),
)
FAILED = GenerationFailed(reason=FailureReason.ORPHANED)


def test_it_is_requested_once() -> None:
    generation.when(request(spec())).then(REQUESTED)
    generation.given(REQUESTED).when(request(spec())).then_refused(GenerationExists)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (spec(prompt=""), InvalidText),
        (spec(prompt=" \n"), InvalidPrompt),
        (spec(prompt="x" * 8_001), InvalidText),
        (spec(prompt="a\0b"), InvalidText),
        (spec(version="14.x"), UnknownVersion),
        (spec(version=""), UnknownVersion),
        (spec(version="٣"), UnknownVersion),
        (spec(prefix="9X"), InvalidPrefix),
        (spec(prefix="A__B"), InvalidPrefix),
        (spec(prefix="A_"), InvalidPrefix),
        (spec(prefix="A;B"), InvalidPrefix),
        (spec(prefix="A" * 17), InvalidPrefix),
        (spec(prefix="item"), InvalidPrefix),
        (spec(prefix="ITEM_x"), InvalidPrefix),
        (spec(pattern="nothing"), UnknownPattern),
    ],
)
def test_what_cannot_be_carried_out_is_refused(
    wanted: GenerationSpec, refusal: type[Refusal]
) -> None:
    generation.when(request(wanted)).then_refused(refusal)


def test_stages_come_in_order_and_each_once() -> None:
    planning = StageReached(stage=Stage.PLANNING)
    packaging = StageReached(stage=Stage.PACKAGING)
    running = generation.given(REQUESTED)
    running.when(ReachStage(stage=Stage.PLANNING)).then(planning)
    further = generation.given(REQUESTED, planning, packaging)
    further.when(ReachStage(stage=Stage.PACKAGING)).then_refused(GenerationOver)
    further.when(ReachStage(stage=Stage.VALIDATING)).then_refused(GenerationOver)


@pytest.mark.parametrize("end", [COMPLETED, FAILED])
def test_it_is_over_once(end: GenerationCompleted | GenerationFailed) -> None:
    over = generation.given(REQUESTED, end)
    over.when(COMPLETE).then_refused(GenerationOver)
    over.when(ReachStage(stage=Stage.PACKAGING)).then_refused(GenerationOver)
    over.when(FailGeneration(reason=FailureReason.ERROR)).then()


def test_it_completes_or_fails() -> None:
    running = generation.given(REQUESTED)
    running.when(COMPLETE).then(COMPLETED)
    running.when(FailGeneration(reason=FailureReason.ORPHANED)).then(FAILED)


def test_only_what_is_completed_can_be_downloaded() -> None:
    download = DownloadGeneration(size=7)
    generation.given(REQUESTED, COMPLETED).when(download).then(GenerationDownloaded(size=7))
    generation.given(REQUESTED).when(download).then_refused(NotCompleted)
    generation.given(REQUESTED, FAILED).when(download).then_refused(NotCompleted)
    generation.when(download).then_refused(GenerationNotFound)
