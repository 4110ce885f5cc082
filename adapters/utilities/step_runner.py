"""Runs the steps of a piece of work, in the service's process or in a worker process."""

import time
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from adapters.utilities.dispatch import run_utility
from adapters.utilities.inputs import Inputs
from adapters.utilities.json_value import TOO_DEEP, read, write
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
STEP_ERRORS: Final = (Refusal, MemoryError)
"""Exceptions that fail a step; in a worker process ``RecursionError`` is one more."""

StepErrors: TypeAlias = tuple[type[Exception], ...]


def run_steps(work: Work, errors: StepErrors = STEP_ERRORS) -> Outcome:
    """Run the steps in order; after one that stops the chain, the others are skipped."""
    reports, inputs = list[StepReport](), _StepInputs(work)
    for number, step in enumerate(work.steps, start=1):
        writes = work.keep_intermediate or number == len(work.steps)
        report = _run_step(step, inputs, errors, writes=writes)
        reports.append(report)
        if inputs.stopped:
            break
    left = work.steps[len(reports) :]
    skipped = (StepReport(node=step.node, status=StepOutcome.SKIPPED) for step in left)
    return Outcome(steps=(*reports, *skipped), output=inputs.output(reports))


class _StepInputs:
    """The inputs of the next step; decoded when the first step begins."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._current: Inputs | None = None
        self.stopped = False

    def current(self) -> Inputs:
        if self._current is None:
            secondary = self._work.secondary
            decoded = None if secondary is None else read(secondary)
            self._current = Inputs(read(self._work.primary), decoded)
        return self._current

    def replace_by(self, value: Any) -> None:
        self._current = Inputs(value)

    def output(self, reports: Sequence[StepReport]) -> bytes | None:
        """Return the output of the last step or, if it was skipped or failed, its input."""
        if self.stopped or reports[-1].output is not None:
            return reports[-1].output
        return write(self.current().primary)


def _run_step(step: Step, inputs: _StepInputs, errors: StepErrors, *, writes: bool) -> StepReport:
    """Run one step, and make its output the input of the next one."""
    began = time.perf_counter()
    report = StepReport(node=step.node, status=StepOutcome.COMPLETED)
    try:
        current = inputs.current()
        _check_fields(step, current.primary)
        if step.when is not None and not truth(condition(step.when)(current.primary)):
            report, inputs.stopped = replace(report, status=StepOutcome.SKIPPED), True
        else:
            value = _apply(step, current)
            output = _encode_output(step, value) if writes else None
            report = replace(report, output=output)
            inputs.replace_by(value)
    except errors as error:
        report = replace(report, status=StepOutcome.FAILED, fault=_fault(error))
        inputs.stopped = not step.continue_on_error
    spent = (time.perf_counter() - began) * 1_000
    return replace(report, milliseconds=round(spent, 3))


def _check_fields(step: Step, value: Any) -> None:
    for path in step.fields:
        if first_at(value, parse_path(path), REMOVED) is REMOVED:
            raise InvalidInput(f"There is nothing at {path!r}.")


def _apply(step: Step, inputs: Inputs) -> Any:
    chosen, config = utility(step.utility), read(step.config)
    if not isinstance(config, dict):
        raise InvalidConfig("The configuration is no object.")
    return run_utility(chosen, inputs, chosen.parse_config(config))


def _encode_output(step: Step, value: Any) -> bytes:
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
