"""Charges of an organisation's, and what has become of its ledger."""

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
    """How many were let through, and how many were not."""

    runs: list[str]
    exhausted: int


def charge(run_id: str, allowed: int | None, by: Origin = ACME) -> Charge:
    """Charge one credit."""
    command = SpendCredits(amount=1, run_kind=RunKind.UTILITY, run_id=run_id, allowed=allowed)
    return Charge(command, by)


async def spend_at_once(backend: Backend, runs: list[str], allowed: int | None) -> Spent:
    """Spend a credit for each run; only being out of credits is an answer to expect."""
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
    """Return what the ledger of this month has charges for, in the order they were made."""
    stream = LEDGER.stream(f"{org_id}.{month_of(backend.kernel.clock())}")
    events = [record.event for record in await backend.kernel.log.read(stream)]
    return [event.run_id for event in events if isinstance(event, CreditsSpent)]


async def _spend(backend: Backend, run_id: str, allowed: int | None) -> None:
    await backend.contexts.billing.ledgers.spend(1, Run(RunKind.UTILITY, run_id), allowed, ACME)
