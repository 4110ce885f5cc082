"""Quotas of generations: by plan, for the trial, and by rate."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from domain.identity.plans import Plan
from domain.limits.rates import parse_rates
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.clocks import Clock
from tests.support.codegen.generations import (
    GENERATIONS,
    create_generation,
    post_generation,
    request_body,
)
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, fresh_name, running_service

pytestmark = pytest.mark.anyio

UNHINDERED = Options(rates=parse_rates("generations.trial=999/60"))
DRY_RUN = request_body(options={"dryRun": True})


async def test_the_quota_is_used_up_once_however_many_ask(
    database: Database, redis_url: str
) -> None:
    backend = Backend(database.app, SECRETS, Failures(), options=UNHINDERED)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme", plan=Plan.TRIAL) as client,
    ):
        asked = [post_generation(client, request_body(requestId=f"r-{n}")) for n in range(14)]
        statuses = Counter(each.status_code for each in await asyncio.gather(*asked))
        head = await backend.kernel.log.stored_head()
        refused = await post_generation(client)
        streamed = await client.post(f"{GENERATIONS}/stream", json=request_body())
        after = await backend.kernel.log.stored_head()
        listed = (await client.get(GENERATIONS)).json()["generations"]
        dry_run = await create_generation(client, DRY_RUN)

    assert statuses == {200: 10, 403: 4}
    assert refused.status_code == streamed.status_code == 403
    assert refused.json()["error"]["code"] == streamed.json()["error"]["code"] == "QUOTA_EXCEEDED"
    assert after == head
    assert len(listed) == 10
    assert dry_run["usage"] == {"used": 10, "limit": 10, "remaining": 0}


async def test_a_refused_request_id_is_free_again(database: Database, redis_url: str) -> None:
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock, UNHINDERED)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme", plan=Plan.STARTER) as client,
    ):
        org_id = await backend.contexts.identity.organisations.find_by_name("acme")
        assert org_id is not None
        await backend.contexts.identity.organisations.change_plan(
            "acme", Plan.TRIAL, "system:test", "setup"
        )
        clock.advance(timedelta(days=15))
        async with service.client("acme", plan=Plan.TRIAL) as late:
            refused = await post_generation(late, request_body(requestId="r-1"))
        await backend.contexts.identity.organisations.change_plan(
            "acme", Plan.STARTER, "system:test", "setup"
        )
        written = await backend.contexts.identity.organisations.change_plan(
            "acme", Plan.PRO, "system:test", "setup"
        )
        await backend.kernel.models["organisations"].reach(written.position, within=5)
        async with service.client("acme") as paying:
            told = await create_generation(paying, request_body(requestId="r-1"))

    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "TRIAL_EXPIRED"
    assert told["usage"] == {"used": 1, "limit": 1_000, "remaining": 999}
    assert client.is_closed


async def test_a_trial_ends_after_fourteen_days(database: Database, redis_url: str) -> None:
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock, UNHINDERED)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme", plan=Plan.TRIAL) as client,
    ):
        clock.advance(timedelta(days=13, hours=23))
        within = await post_generation(client)
        clock.advance(timedelta(hours=2))
        head = await backend.kernel.log.stored_head()
        refused = [await post_generation(client), await post_generation(client, DRY_RUN)]
        after = await backend.kernel.log.stored_head()

    assert within.status_code == 200
    assert [each.status_code for each in refused] == [403, 403]
    assert {each.json()["error"]["code"] for each in refused} == {"TRIAL_EXPIRED"}
    assert after == head


async def test_generation_routes_are_limited_by_organisation(service: Service) -> None:
    org = fresh_name()
    async with (
        service.client(org, plan=Plan.TRIAL) as one,
        service.client(org, plan=Plan.TRIAL) as other,
    ):
        answers = [await each.get(GENERATIONS) for each in (one, other) for _ in range(6)]

    statuses = Counter(each.status_code for each in answers)
    assert statuses == {200: 10, 429: 2}
    assert answers[0].headers["x-ratelimit-remaining"] == "9"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["error"]["code"] == "RATE_LIMITED"


async def test_a_browser_generates_and_downloads_with_its_session(service: Service) -> None:
    async with service.browser(fresh_name()) as browser:
        told = await create_generation(browser)
        response = await browser.get(f"{GENERATIONS}/{told['id']}/download")

    assert response.status_code == 200
