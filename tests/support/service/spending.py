"""Charges on an organisation's ledger."""

import asyncio
from collections import Counter
from typing import NamedTuple

from application.billing.ledgers import LEDGER, Charge, Run
from application.eventstore.envelope import Origin
from domain.billing.events import CreditsSpent, RunKind
from domain.billing.ledger import CreditsExhausted, SpendCredits, month_of
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME


class Spent(NamedTuple):
    """Runs that were charged, and the number of those refused."""

    runs: list[str]
    exhausted: int


def charge(run_id: str, allowed: int | None, by: Origin = ACME) -> Charge:
    """Charge one credit."""
    command = SpendCredits(amount=1, run_kind=RunKind.UTILITY, run_id=run_id, allowed=allowed)
    return Charge(command, by)


async def spend_at_once(backend: Backend, runs: list[str], allowed: int | None) -> Spent:
    """Spend a credit for each run at once; any other refusal than ``CreditsExhausted`` fails."""
    tried = [_spend(backend, run, allowed) for run in runs]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    kinds = Counter(type(each) for each in outcomes if isinstance(each, BaseException))
    exhausted = kinds.pop(CreditsExhausted, 0)
    assert not kinds
    won = [
        run
        for run, outcome in zip(runs, outcomes, strict=True)
        if not isinstance(outcome, BaseException)
    ]
    return Spent(won, exhausted)


async def runs_paid_for(backend: Backend, org_id: str = ACME.org_id) -> list[str]:
    """Return the runs charged to the ledger of this month, in order."""
    stream = LEDGER.stream(f"{org_id}.{month_of(backend.kernel.clock())}")
    events = [record.event for record in await backend.kernel.log.read(stream)]
    return [event.run_id for event in events if isinstance(event, CreditsSpent)]


async def _spend(backend: Backend, run_id: str, allowed: int | None) -> None:
    await backend.contexts.billing.ledgers.spend(1, Run(RunKind.UTILITY, run_id), allowed, ACME)
