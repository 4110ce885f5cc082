"""Credits: never overspent by concurrent requests, and shown in ``/v1/usage``."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Final

import pytest

from application.billing.ledgers import LEDGER, Charge, Run
from application.eventstore.envelope import Origin
from domain.billing.events import RunKind
from domain.billing.ledger import CountGeneration, CreditsExhausted, month_of
from domain.identity.organisations import LOCAL
from domain.identity.plans import Plan
from domain.identity.roles import Role
from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures, running_backend
from tests.support.service.web import Service, fresh_name, running_service

pytestmark = pytest.mark.anyio

BY: Final = Origin(actor="key:k1", org_id="acme", correlation_id="r1")
ALLOWED: Final = 100
ASKED: Final = 90


async def spend(backend: Backend, number: int, by: Origin = BY) -> str:
    try:
        await backend.contexts.billing.ledgers.spend(
            1, Run(RunKind.UTILITY, f"run-{number}"), ALLOWED, by
        )
    except CreditsExhausted:
        return "exhausted"
    return "spent"


async def test_the_last_credits_are_spent_once(database: Database) -> None:
    async with running_backend(database) as here, running_backend(database) as there:
        outcomes = await asyncio.gather(
            *(spend(backend, number) for backend in (here, there) for number in range(ASKED))
        )
        stored = await here.kernel.log.read(LEDGER.stream(f"acme.{month_of(here.kernel.clock())}"))
        await here.kernel.models["ledgers"].reach(stored[-1].position, within=5)
        used = await here.contexts.billing.balances.balance("acme", month_of(here.kernel.clock()))

    assert Counter(outcomes) == {"spent": ALLOWED, "exhausted": 2 * ASKED - ALLOWED}
    assert len(stored) == used.credits == ALLOWED


async def test_usage_shows_used_and_remaining_credits(database: Database, redis_url: str) -> None:
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme", "documents", plan=Plan.TRIAL) as client,
    ):
        org_id = await backend.contexts.identity.organisations.find_by_name("acme")
        assert org_id is not None
        by = Origin(actor="key:k1", org_id=org_id, correlation_id="r1")
        for number in range(3):
            await spend(backend, number, by)
        written = await backend.contexts.billing.ledgers.record(
            Charge(CountGeneration(generation_id="g1", allowed=10), by)
        )
        position = {"X-Forge-Min-Position": str(written.position)}
        told = (await client.get("/v1/usage", headers=position)).json()
        clock.advance(timedelta(days=31))
        later = (await client.get("/v1/usage")).json()

    assert told == {
        "plan": "trial",
        "period": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
        "credits": {"limit": 100, "used": 3, "remaining": 97},
        "generations": {"limit": 10, "used": 1, "remaining": 9},
        "documents": {"maxBytes": 5 * 2**20},
    }
    assert later["period"]["start"] == "2026-02-01T00:00:00Z"
    assert later["credits"] == {"limit": 100, "used": 0, "remaining": 100}


async def test_without_a_limit_usage_shows_none(service: Service) -> None:
    async with service.client(LOCAL, plan=Plan.LOCAL) as client:
        told = (await client.get("/v1/usage")).json()

    assert told["credits"] == told["generations"] == {"limit": None, "used": 0, "remaining": None}


async def test_users_ask_as_keys_do(service: Service) -> None:
    async with service.browser(fresh_name(), Role.MEMBER) as browser:
        told = (await browser.get("/v1/usage")).json()

    assert (told["plan"], told["generations"]["limit"]) == ("starter", 100)
