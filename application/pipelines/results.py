"""Results of a run: values by node, and the summary that is recorded and answered."""

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
    """``values`` are JSON by reached node; ``failed`` is the node whose failure ended the run."""

    def __init__(self, inputs: Mapping[str, bytes]) -> None:
        self.inputs = inputs
        self.values: dict[str, bytes] = {**inputs}
        self.reports: dict[str, StepReport] = {}
        self.failed: Node | None = None

    @property
    def step_outputs(self) -> Mapping[str, bytes]:
        """The inputs, and the stored output of each step."""
        outputs = {node: r.output for node, r in self.reports.items() if r.output is not None}
        return {**self.inputs, **outputs}


class RunResult(NamedTuple):
    """The summary of a run: ``output`` is JSON, ``document`` the target and JSON to write."""

    status: RunStatus
    output: bytes | None
    steps: tuple[StepFact, ...]
    warnings: tuple[RunWarning, ...]
    document: tuple[DocumentTarget, bytes] | None = None

    @property
    def successful(self) -> bool:
        return self.status in (RunStatus.COMPLETED, RunStatus.COMPLETED_WITH_WARNINGS)


def summarize_run(plan: ExecutionPlan, results: Results) -> RunResult:
    """Summarize a run; raises ``OutputTooLarge``."""
    reached = [] if results.failed else [*_reached_outputs(plan, results)]
    output = _merge_outputs(reached)
    if output is not None and len(output) > MAX_BYTES:
        raise OutputTooLarge
    warnings = tuple(_warnings(plan, results))
    targets = ((node.document, value) for node, value in reached)
    written = next(((target, value) for target, value in targets if target is not None), None)
    return RunResult(
        _status(results, output, warnings), output, steps_of(plan, results), warnings, written
    )


def steps_of(plan: ExecutionPlan, results: Results) -> tuple[StepFact, ...]:
    """Return the fact of each step; a step without a report was skipped."""
    skipped = StepReport(node="", status=StepOutcome.SKIPPED)
    reports = ((node, results.reports.get(node.id, skipped)) for node in _steps(plan))
    return tuple(
        StepFact(
            node=node.id,
            utility=node.utility or "",
            status=StepStatus(report.status.value),
            microseconds=round(report.milliseconds * 1_000),
        )
        for node, report in reports
    )


def _reached_outputs(plan: ExecutionPlan, results: Results) -> Iterator[tuple[Node, bytes]]:
    for node, sources in plan.outputs:
        values = (results.values.get(source) for source in sources)
        if (value := next((each for each in values if each is not None), None)) is not None:
            yield node, value


def _merge_outputs(reached: Sequence[tuple[Node, bytes]]) -> bytes | None:
    """Return the only output or, for several, an object by node id."""
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
