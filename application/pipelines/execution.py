"""Executes a plan: each chain starts once its inputs are ready; chains run concurrently."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from application.pipelines.results import Results
from application.pipelines.run_recorder import RunRequest
from application.pipelines.utility_executor import (
    FaultKind,
    Outcome,
    Step,
    StepFault,
    StepOutcome,
    StepReport,
    Utilities,
    Work,
)
from domain.pipelines.graph import Node, OnError
from domain.pipelines.plan import Chain
from domain.pipelines.refusals import OutputTooLarge, RunTimedOut

SECONDS: Final = 30.0
"""How long a run may take (wire.md, json_api)."""


class Execution:
    """One execution; ``results`` fill up while it runs."""

    def __init__(self, utilities: Utilities, request: RunRequest) -> None:
        self._utilities = utilities
        self._request = request
        self.results = Results(request.inputs)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> Results:
        """Run all chains, or until a step fails whose failure ends the run.

        Raises ``RunTimedOut``, ``OutputTooLarge`` or ``AtCapacity``.
        """
        for chain in self._request.plan.chains:
            self._tasks[chain.id] = asyncio.create_task(self._chain(chain))
        try:
            async with asyncio.timeout(SECONDS):
                for task in asyncio.as_completed(self._tasks.values()):
                    await task
                    if self.results.failed is not None:
                        break
        except TimeoutError as error:
            raise RunTimedOut from error
        finally:
            for running in self._tasks.values():
                running.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        return self.results

    async def _chain(self, chain: Chain) -> None:
        """Run a chain if its inputs are reached."""
        primary = await self._first_value(chain.primary)
        secondary = None if chain.secondary is None else await self._first_value(chain.secondary)
        if primary is None or (secondary is None and chain.secondary is not None):
            return
        work = Work(
            org_id=self._request.by.org_id,
            steps=tuple(map(_step, chain.steps)),
            primary=primary,
            secondary=secondary,
            keep_intermediate=self._request.verbose,
        )
        self._record(chain, await self._outcome(work))

    async def _outcome(self, work: Work) -> Outcome:
        """Do the work; exceeding a limit counts as a step's failure if all steps may fail."""
        began = time.perf_counter()
        try:
            return await self._utilities(work)
        except (RunTimedOut, OutputTooLarge) as refusal:
            if not all(step.continue_on_error for step in work.steps):
                raise
            spent = (time.perf_counter() - began) * 1_000
            return Outcome(
                steps=(_failed_report(work.steps[0], refusal, spent),), output=work.primary
            )

    async def _first_value(self, sources: Sequence[str]) -> bytes | None:
        """Return the first existing result, in the order of the sources."""
        for source in sources:
            if (task := self._tasks.get(source)) is not None:
                await asyncio.shield(task)
            if (value := self.results.values.get(source)) is not None:
                return value
        return None

    def _record(self, chain: Chain, outcome: Outcome) -> None:
        for node, report in zip(chain.steps, outcome.steps, strict=True):
            self.results.reports[node.id] = report
            if report.fault is not None and node.on_error is OnError.FAIL:
                self.results.failed = self.results.failed or node
        if outcome.output is not None:
            self.results.values[chain.id] = outcome.output


def _failed_report(
    step: Step, refusal: RunTimedOut | OutputTooLarge, milliseconds: float
) -> StepReport:
    kind = FaultKind.TOO_LONG if isinstance(refusal, RunTimedOut) else FaultKind.TOO_LARGE
    fault = StepFault(kind, str(refusal))
    return StepReport(
        node=step.node, status=StepOutcome.FAILED, milliseconds=round(milliseconds, 3), fault=fault
    )


def _step(node: Node) -> Step:
    return Step(
        node=node.id,
        utility=node.utility or "",
        config=msgspec.json.encode(node.args or {}),
        when=node.when,
        continue_on_error=node.on_error is OnError.CONTINUE,
    )
