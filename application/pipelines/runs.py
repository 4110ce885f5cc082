"""Use case: run a pipeline."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from application.billing.ledgers import Charge, Ledgers
from application.pipelines.execution import Execution
from application.pipelines.results import MAX_BYTES, RunResult, steps_of, summarize_run
from application.pipelines.run_recorder import CREDITS, FinishedRun, RunRecorder, RunRequest
from application.pipelines.utility_executor import Utilities
from domain.billing.events import RunKind
from domain.billing.ledger import SpendCredits
from domain.pipelines.events import RunStatus, RunWarning
from domain.pipelines.refusals import OutputTooLarge, RunTimedOut
from domain.refusals import Invalid, Refusal, TooLarge


class NoOutput(Invalid):
    """400: no output node can be reached, for any input (seed 002)."""

    code = "PIPELINE_NO_OUTPUT"
    message = "No output of the pipeline can be reached."


class InputsTooLarge(TooLarge):
    message = f"The inputs of a run have {MAX_BYTES} bytes at most."


class DocumentTooLarge(TooLarge):
    message = "What comes out is larger than the plan allows a document to be."


RECORDED_REFUSALS: Final = (RunTimedOut, OutputTooLarge, DocumentTooLarge)
"""Refusals that are recorded as the failure of a run."""


class PipelineRuns:
    def __init__(
        self,
        utilities: Utilities,
        ledgers: Ledgers,
        records: RunRecorder,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self.records = records
        self._utilities = utilities
        self._ledgers = ledgers
        self._clock = clock
        self._new_key = new_key

    async def run(self, request: RunRequest) -> FinishedRun:
        """Run a pipeline; the caller records the run and its charge.

        Raises ``CreditsExhausted``, ``NoOutput``, ``InputsTooLarge`` or ``AtCapacity``. A run that
        exceeds a limit (``RECORDED_REFUSALS``) is recorded as failed before its refusal is raised.
        """
        if not request.plan.reaches_output:
            raise NoOutput
        if sum(map(len, request.inputs.values())) > MAX_BYTES:
            raise InputsTooLarge
        key, started_at = self._new_key(), self._clock()
        charge = Charge(_credit_command(key, request.monthly_limit), request.by)
        await self._ledgers.check_quota(charge)
        plan, began = request.plan, time.perf_counter()
        execution = Execution(self._utilities, request)
        refused: Refusal | None = None
        try:
            result = _check_document_size(
                summarize_run(plan, await execution.run()), request.max_document_bytes
            )
        except RECORDED_REFUSALS as refusal:
            refused = refusal
            warning = RunWarning(node="", code=refusal.code, message=str(refusal))
            steps = steps_of(plan, execution.results)
            result = RunResult(RunStatus.FAILED, None, steps, (warning,))
        spent = round((time.perf_counter() - began) * 1_000_000)
        run = FinishedRun(key, request, result, execution.results, started_at, spent)
        if refused is not None:
            await self.records.record(run, None)
            raise refused
        return run._replace(charge=charge) if result.successful else run


def _credit_command(key: str, allowed: int | None) -> SpendCredits:
    return SpendCredits(amount=CREDITS, run_kind=RunKind.PIPELINE, run_id=key, allowed=allowed)


def _check_document_size(result: RunResult, largest: int) -> RunResult:
    if result.document is not None and len(result.document[1]) > largest:
        raise DocumentTooLarge
    return result
