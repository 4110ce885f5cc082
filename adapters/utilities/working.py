"""Does a piece of work, wherever that is: in the process that is asked, or beside it."""

import time
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from adapters.utilities.inputs import Inputs
from adapters.utilities.json_value import TOO_DEEP, read, write
from adapters.utilities.running import run
from application.pipelines.utility_executor import (
    FaultKind,
    Outcome,
    Step,
    StepFault,
    StepOutcome,
    StepReport,
    Work,
)
from domain.pipelines.expressions.templates import condition
from domain.pipelines.expressions.values import truth
from domain.pipelines.path_values import REMOVED, first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.refusals import InvalidConfig, InvalidInput, OutputTooLarge
from domain.pipelines.utilities.catalogue import utility
from domain.refusals import Refusal

TOO_MUCH: Final = "The run takes more memory than it may."
FAULTS: Final = (Refusal, MemoryError)
"""What fails a step; ``RecursionError`` does so only where nobody could go deeper."""

Faults: TypeAlias = tuple[type[Exception], ...]


def done(work: Work, faults: Faults = FAULTS) -> Outcome:
    """Take the steps one by one; after one that stops the chain, the others are skipped."""
    reports, inputs = list[StepReport](), _Given(work)
    for number, step in enumerate(work.steps, start=1):
        writes = work.keep_intermediate or number == len(work.steps)
        report = _taken(step, inputs, faults, writes=writes)
        reports.append(report)
        if inputs.stopped:
            break
    left = work.steps[len(reports) :]
    skipped = (StepReport(node=step.node, status=StepOutcome.SKIPPED) for step in left)
    return Outcome(steps=(*reports, *skipped), output=inputs.output(reports))


class _Given:
    """What the next step is given; read when the first one begins."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._now: Inputs | None = None
        self.stopped = False

    def now(self) -> Inputs:
        if self._now is None:
            secondary = self._work.secondary
            read_secondary = None if secondary is None else read(secondary)
            self._now = Inputs(read(self._work.primary), read_secondary)
        return self._now

    def follow(self, value: Any) -> None:
        self._now = Inputs(value)

    def output(self, reports: Sequence[StepReport]) -> bytes | None:
        """Return what came out: of the last step or, where that could not, what it was given."""
        if self.stopped or reports[-1].output is not None:
            return reports[-1].output
        return write(self.now().primary)


def _taken(step: Step, given: _Given, faults: Faults, *, writes: bool) -> StepReport:
    """Take one step, and leave to the next what it makes of its input."""
    began = time.perf_counter()
    report = StepReport(node=step.node, status=StepOutcome.COMPLETED)
    try:
        inputs = given.now()
        _check_fields(step, inputs.primary)
        if step.when is not None and not truth(condition(step.when)(inputs.primary)):
            report, given.stopped = replace(report, status=StepOutcome.SKIPPED), True
        else:
            made = _made(step, inputs)
            output = _written(step, made) if writes else None
            report = replace(report, output=output)
            given.follow(made)
    except faults as error:
        report = replace(report, status=StepOutcome.FAILED, fault=_fault(error))
        given.stopped = not step.continue_on_error
    spent = (time.perf_counter() - began) * 1_000
    return replace(report, milliseconds=round(spent, 3))


def _check_fields(step: Step, value: Any) -> None:
    for path in step.fields:
        if first_at(value, parse_path(path), REMOVED) is REMOVED:
            raise InvalidInput(f"There is nothing at {path!r}.")


def _made(step: Step, inputs: Inputs) -> Any:
    used, config = utility(step.utility), read(step.config)
    if not isinstance(config, dict):
        raise InvalidConfig("The configuration is no object.")
    return run(used, inputs, used.parse_config(config))


def _written(step: Step, value: Any) -> bytes:
    text = write(value)
    if len(text) > utility(step.utility).output_bytes:
        raise OutputTooLarge
    return text


def _fault(error: Exception) -> StepFault:
    match error:
        case InvalidConfig():
            return StepFault(FaultKind.CONFIG, str(error), error.details.get("field", ""))
        case OutputTooLarge():
            return StepFault(FaultKind.TOO_LARGE, str(error))
        case MemoryError():
            return StepFault(FaultKind.TOO_LARGE, TOO_MUCH)
        case RecursionError():
            return StepFault(FaultKind.INPUT, TOO_DEEP)
    return StepFault(FaultKind.INPUT, str(error))
