"""Use cases of runs: carry one out, for who can pay for it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from application.billing.ledgers import Charge, Ledgers
from application.pipelines.execution import Execution
from application.pipelines.results import MAX_BYTES, Executed, executed, steps_of
from application.pipelines.run_recorder import CREDITS, FinishedRun, RunRecorder, RunRequest
from application.pipelines.utility_executor import Utilities
from domain.billing.events import RunKind
from domain.billing.ledger import SpendCredits
from domain.pipelines.events import RunStatus, RunWarning
from domain.pipelines.refusals import OutputTooLarge, RunTimedOut
from domain.refusals import Invalid, Refusal, TooLarge


class NoOutput(Invalid):
    """400: whatever is put in, nothing can come out (seed 002)."""

    code = "PIPELINE_NO_OUTPUT"
    message = "No output of the pipeline can be reached."


class InputsTooLarge(TooLarge):
    message = f"The inputs of a run have {MAX_BYTES} bytes at most."


class DocumentTooLarge(TooLarge):
    message = "What comes out is larger than the plan allows a document to be."


RECORDED: Final = (RunTimedOut, OutputTooLarge, DocumentTooLarge)
"""What ends a run that had begun."""


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
        """Carry a run out; to record it is the caller's business.

        Raises ``CreditsExhausted``, ``NoOutput``, ``InputsTooLarge`` or ``AtCapacity``. One that
        takes too long or too much (``RECORDED``) is on record as failed, and raises that.
        """
        if not request.plan.reaches_output:
            raise NoOutput
        if sum(map(len, request.inputs.values())) > MAX_BYTES:
            raise InputsTooLarge
        key, started_at = self._new_key(), self._clock()
        charge = Charge(_spending(key, request.monthly_limit), request.by)
        await self._ledgers.check_quota(charge)
        plan, began = request.plan, time.perf_counter()
        execution = Execution(self._utilities, request)
        refused: Refusal | None = None
        try:
            done = _checked(executed(plan, await execution.run()), request.max_document_bytes)
        except RECORDED as refusal:
            refused = refusal
            warning = RunWarning(node="", code=refusal.code, message=str(refusal))
            steps = steps_of(plan, execution.results)
            done = Executed(RunStatus.FAILED, None, steps, (warning,))
        spent = round((time.perf_counter() - began) * 1_000_000)
        ran = FinishedRun(key, request, done, execution.results, started_at, spent)
        if refused is not None:
            await self.records.record(ran, None)
            raise refused
        return ran._replace(charge=charge) if done.successful else ran


def _spending(key: str, allowed: int | None) -> SpendCredits:
    return SpendCredits(amount=CREDITS, run_kind=RunKind.PIPELINE, run_id=key, allowed=allowed)


def _checked(done: Executed, largest: int) -> Executed:
    if done.written is not None and len(done.written[1]) > largest:
        raise DocumentTooLarge
    return done
