"""Use cases for utilities: run one, and charge for a successful run."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from application.billing.ledgers import Charge, Ledgers
from application.eventstore.envelope import Origin
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transactions import Written
from application.pipelines.utility_executor import Outcome, Step, Utilities, Work
from domain.billing.events import RunKind
from domain.billing.ledger import SpendCredits
from domain.pipelines.utilities.utility import Utility

CREDITS: Final = 1
"""The price of a successful run (wire.md, json_api)."""


class UtilityRequest(NamedTuple):
    """``config`` is a JSON object, inputs are JSON; ``monthly_limit`` is in credits."""

    utility: Utility
    config: bytes
    primary: bytes
    secondary: bytes | None
    monthly_limit: int | None
    by: Origin


class UtilityRun(NamedTuple):
    """The output, as JSON, the duration and the charge."""

    output: bytes
    milliseconds: float
    charge: Charge


class UtilityRuns:
    def __init__(self, utilities: Utilities, ledgers: Ledgers, new_key: Callable[[], str]) -> None:
        self._utilities = utilities
        self._ledgers = ledgers
        self._new_key = new_key

    async def run(self, request: UtilityRequest) -> UtilityRun:
        """Run a utility; the caller records the charge.

        Raises ``CreditsExhausted``, ``InvalidInput``, ``InvalidConfig``, ``OutputTooLarge``,
        ``RunTimedOut`` or ``AtCapacity``.
        """
        command = SpendCredits(
            amount=CREDITS,
            run_kind=RunKind.UTILITY,
            run_id=self._new_key(),
            allowed=request.monthly_limit,
        )
        charge = Charge(command, request.by)
        await self._ledgers.check_quota(charge)
        began = time.perf_counter()
        output = _output(await self._utilities(_work(request)))
        return UtilityRun(output, (time.perf_counter() - began) * 1_000, charge)

    async def pay(self, run: UtilityRun, once: IdempotentRequest | None) -> Written:
        """Charge for a run; after ``CreditsExhausted`` its output must not be returned."""
        return await self._ledgers.record(run.charge, once)


def _work(request: UtilityRequest) -> Work:
    step = Step(node="run", utility=request.utility.id, config=request.config)
    return Work(
        org_id=request.by.org_id,
        steps=(step,),
        primary=request.primary,
        secondary=request.secondary,
    )


def _output(outcome: Outcome) -> bytes:
    [report] = outcome.steps
    if report.fault is not None:
        raise report.fault.refusal()
    assert outcome.output is not None  # noqa: S101 - a step that does not fail has one
    return outcome.output
