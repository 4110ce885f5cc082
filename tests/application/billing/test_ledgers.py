"""A ledger is charged exactly once for what is recorded, whoever else is at it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from application.billing.ledgers import Charge, Run
from application.documents.documents import DOCUMENT
from application.eventstore.envelope import Origin
from application.eventstore.event_store import (
    AlreadyHandled,
    ConcurrentWrite,
)
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Written
from domain.billing.events import RunKind
from domain.billing.ledger import CountGeneration, CreditsExhausted, QuotaExceeded
from domain.content import Content
from domain.documents.commands import CreateDocument, DocumentCommand
from domain.documents.events import Label
from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.domain.records import ACME, RIVAL
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.spending import charge, runs_paid_for, spend_at_once

pytestmark = pytest.mark.anyio

SPENDERS = [f"r{number}" for number in range(64)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def backends(database: Database, clock: Clock) -> AsyncIterator[tuple[Backend, Backend]]:
    """Run two on one database, as two processes would."""
    here, there = (Backend(database.app, SECRETS, Failures(), clock) for _ in range(2))
    async with here.running(), there.running():
        yield here, there


@pytest.fixture
def here(backends: tuple[Backend, Backend]) -> Backend:
    return backends[0]


@pytest.fixture
def there(backends: tuple[Backend, Backend]) -> Backend:
    return backends[1]


async def test_all_who_spend_at_once_are_let_through_while_there_is_enough(
    here: Backend, there: Backend
) -> None:
    spent = await asyncio.gather(
        spend_at_once(here, SPENDERS[:32], None), spend_at_once(there, SPENDERS[32:], 64)
    )

    assert [(len(each.runs), each.exhausted) for each in spent] == [(32, 0), (32, 0)]
    assert sorted(await runs_paid_for(here)) == sorted(SPENDERS)


async def test_the_last_credits_go_to_as_many_as_there_are(here: Backend, there: Backend) -> None:
    await spend_at_once(here, ["r"] * 90, 100)

    one, other = await asyncio.gather(
        spend_at_once(here, SPENDERS[:32], 100), spend_at_once(there, SPENDERS[32:], 100)
    )

    assert len(one.runs) + len(other.runs) == 10
    assert one.exhausted + other.exhausted == 54
    assert (await runs_paid_for(there))[90:] == [
        run for run in await runs_paid_for(here) if run in {*one.runs, *other.runs}
    ]


async def test_what_is_paid_for_is_recorded_with_its_charge_or_not_at_all(here: Backend) -> None:
    written = await _run(here, "d1", charge("d1", 1))
    with pytest.raises(CreditsExhausted):
        await _run(here, "d2", charge("d2", 1))

    assert [record.stream for record in written.records] == ["document-d1", "ledger-acme.202601"]
    assert written.records[-1].position == written.records[0].position + 1
    assert await here.log.read("document-d2") == []
    assert await runs_paid_for(here) == ["d1"]


async def test_what_is_refused_costs_nothing_and_harms_no_neighbour(here: Backend) -> None:
    """A run recorded before, one answered before, and one that is new, all in one batch."""
    again = IdempotentRequest("k1", "once", b"r", lambda _: b"")
    await _run(here, "d1", charge("d1", None), again)

    outcomes = await asyncio.gather(
        *(_run(here, run, charge(run, None)) for run in ("d0", "d1", "d2")),
        _run(here, "d3", charge("d3", None), again),
        *(_run(here, run, charge(run, None)) for run in ("d4", "d5")),
        return_exceptions=True,
    )

    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Written, ConcurrentWrite, Written, AlreadyHandled, Written, Written]
    assert sorted(await runs_paid_for(here)) == ["d0", "d1", "d2", "d4", "d5"]
    assert await here.log.read("document-d3") == []


async def test_answers_are_kept_for_each_of_those_who_pay_at_once(here: Backend) -> None:
    async def run(number: int) -> Written:
        key = f"d{number}"
        once = IdempotentRequest("k1", key, b"r", lambda _: b"yes")
        return await _run(here, key, charge(key, None), once)

    await asyncio.gather(*map(run, range(5)))

    for number in range(5):
        assert (await here.answers.find("k1", f"d{number}")) is not None


async def test_a_new_month_has_new_credits(here: Backend, clock: Clock) -> None:
    await spend_at_once(here, SPENDERS[:5], 5)
    clock.advance(timedelta(days=31, microseconds=-1))
    with pytest.raises(CreditsExhausted):
        await _spend(here, "late", 5)

    clock.advance(timedelta(microseconds=1))
    await _spend(here, "early", 5)

    assert await runs_paid_for(here) == ["early"]


async def test_everybody_has_credits_of_their_own(here: Backend) -> None:
    await _spend(here, "ours", 1)
    await _spend(here, "theirs", 1, RIVAL)

    assert await runs_paid_for(here, RIVAL.org_id) == ["theirs"]


async def test_who_is_out_of_credits_can_know_before_doing_any_work(
    here: Backend, there: Backend
) -> None:
    await here.ledgers.check_quota(charge("r1", 1))
    await _spend(there, "r1", 1)
    await here.ledgers.check_quota(charge("r2", 1))  # for all that is known here

    with pytest.raises(CreditsExhausted):
        await _spend(here, "r2", 1)
    with pytest.raises(CreditsExhausted):
        await here.ledgers.check_quota(charge("r2", 1))
    await here.ledgers.check_quota(charge("r2", 2))


async def test_generations_have_a_quota_of_their_own(here: Backend) -> None:
    async def count(generation_id: str) -> Written:
        return await here.ledgers.record(
            Charge(CountGeneration(generation_id=generation_id, allowed=2), ACME)
        )

    await spend_at_once(here, SPENDERS[:5], 5)
    outcomes = await asyncio.gather(*map(count, SPENDERS), return_exceptions=True)

    assert sum(isinstance(outcome, Written) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, QuotaExceeded) for outcome in outcomes) == 62


async def _spend(backend: Backend, run_id: str, allowed: int, by: Origin = ACME) -> None:
    await backend.ledgers.spend(1, Run(RunKind.UTILITY, run_id), allowed, by)


async def _run(
    backend: Backend, key: str, charged: Charge, once: IdempotentRequest | None = None
) -> Written:
    """Record something to pay for: any command on any stream will do."""
    command: DocumentCommand = CreateDocument(
        label=Label(name=key), content=Content("00", 2), folder_id=None
    )

    def plan(tx: Transaction) -> Decision:
        tx.charge(backend.ledgers, charged)
        return tx.begin(DOCUMENT, key, command)

    return await backend.transactions.run(ACME, plan, once=once)
