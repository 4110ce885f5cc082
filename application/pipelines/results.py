"""What a run has come to, as it is recorded and as it is answered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from application.pipelines.utility_executor import StepOutcome, StepReport
from domain.pipelines.events import RunStatus, RunWarning, StepFact, StepStatus
from domain.pipelines.graph import DocumentTarget, Node
from domain.pipelines.plan import ExecutionPlan
from domain.pipelines.refusals import OutputTooLarge

MAX_BYTES: Final = 50 * 2**20
"""Bytes of all inputs, or of the output (wire.md, json_api)."""


class Results:
    """``values`` are JSON by node, of those that were reached; ``failed`` ended the run."""

    def __init__(self, inputs: Mapping[str, bytes]) -> None:
        self.inputs = inputs
        self.values: dict[str, bytes] = {**inputs}
        self.reports: dict[str, StepReport] = {}
        self.failed: Node | None = None

    @property
    def step_outputs(self) -> Mapping[str, bytes]:
        """What the inputs are, and what each step has made where that was kept."""
        made = {node: r.output for node, r in self.reports.items() if r.output is not None}
        return {**self.inputs, **made}


class Executed(NamedTuple):
    """``output`` is JSON; ``written`` is which document is to be written, and what."""

    status: RunStatus
    output: bytes | None
    steps: tuple[StepFact, ...]
    warnings: tuple[RunWarning, ...]
    written: tuple[DocumentTarget, bytes] | None = None

    @property
    def successful(self) -> bool:
        return self.status in (RunStatus.COMPLETED, RunStatus.COMPLETED_WITH_WARNINGS)


def executed(plan: ExecutionPlan, results: Results) -> Executed:
    """Sum a run up; raises ``OutputTooLarge``."""
    reached = [] if results.failed else [*_reached(plan, results)]
    output = _together(reached)
    if output is not None and len(output) > MAX_BYTES:
        raise OutputTooLarge
    warnings = tuple(_warnings(plan, results))
    targets = ((node.document, value) for node, value in reached)
    written = next(((target, value) for target, value in targets if target is not None), None)
    return Executed(
        _status(results, output, warnings), output, steps_of(plan, results), warnings, written
    )


def steps_of(plan: ExecutionPlan, results: Results) -> tuple[StepFact, ...]:
    """Tell of each step; one that nothing has led to was skipped."""
    none = StepReport(node="", status=StepOutcome.SKIPPED)
    told = ((node, results.reports.get(node.id, none)) for node in _steps(plan))
    return tuple(
        StepFact(
            node=node.id,
            utility=node.utility or "",
            status=StepStatus(report.status.value),
            microseconds=round(report.milliseconds * 1_000),
        )
        for node, report in told
    )


def _reached(plan: ExecutionPlan, results: Results) -> Iterator[tuple[Node, bytes]]:
    for node, sources in plan.outputs:
        values = (results.values.get(source) for source in sources)
        if (value := next((each for each in values if each is not None), None)) is not None:
            yield node, value


def _together(reached: Sequence[tuple[Node, bytes]]) -> bytes | None:
    """Return the one output or, of several, an object by the nodes' ids."""
    if len(reached) <= 1:
        return reached[0][1] if reached else None
    return msgspec.json.encode({node.id: msgspec.Raw(value) for node, value in reached})


def _status(results: Results, output: bytes | None, warnings: Sequence[RunWarning]) -> RunStatus:
    if results.failed is not None:
        return RunStatus.FAILED
    if output is None:
        return RunStatus.SKIPPED
    return RunStatus.COMPLETED_WITH_WARNINGS if warnings else RunStatus.COMPLETED


def _warnings(plan: ExecutionPlan, results: Results) -> Iterator[RunWarning]:
    for node in _steps(plan):
        report = results.reports.get(node.id)
        if report is not None and report.fault is not None:
            refusal = report.fault.refusal()
            yield RunWarning(node=node.id, code=refusal.code, message=str(refusal))


def _steps(plan: ExecutionPlan) -> Iterator[Node]:
    return (node for chain in plan.chains for node in chain.steps)
