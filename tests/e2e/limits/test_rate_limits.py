"""Rate limits: headers on limited routes, and refusals above the limit."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from httpx import AsyncClient

from domain.identity.plans import Plan
from domain.limits.rates import parse_rates
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.servers.databases import Database, Databases
from tests.support.servers.mortal_valkey import MortalValkey
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, fresh_name, running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

THREE_AN_HOUR: Final = parse_rates("json_api.trial=3/3600")
HEADERS: Final = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


@pytest.fixture(scope="module")
async def limited(databases: Databases, servers: Servers) -> AsyncIterator[Service]:
    with databases.migrated() as database:
        backend = Backend(database.app, SECRETS, Failures(), options=Options(rates=THREE_AN_HOUR))
        async with running_service(database, servers.redis_url, backend) as service:
            yield service


@pytest.fixture
async def trial(limited: Service) -> AsyncIterator[AsyncClient]:
    async with limited.client(fresh_name(), plan=Plan.TRIAL) as client:
        yield client


async def test_every_answer_of_a_limited_route_says_how_the_caller_stands(
    trial: AsyncClient,
) -> None:
    answers = [
        await trial.get(DOCUMENTS),
        await trial.head(f"{DOCUMENTS}/{'0' * 32}"),
        await trial.post(DOCUMENTS, json={}),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 400]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0"]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"3"}


async def test_beyond_the_limit_nothing_is_done(limited: Service, trial: AsyncClient) -> None:
    for _ in range(2):
        await trial.get(DOCUMENTS)
    await create(trial)
    before = await limited.backend.kernel.log.stored_head()
    refused = await trial.post(DOCUMENTS, json={"name": "n", "content": 1})

    assert refused.status_code == 429
    assert refused.json() == {
        "success": False,
        "error": "Too many requests. Retry-After says when the next one is welcome.",
        "code": "RATE_LIMITED",
    }
    assert 1190 <= int(refused.headers["retry-after"]) <= 1201
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert await limited.backend.kernel.log.stored_head() == before


async def test_one_key_takes_nothing_from_another(limited: Service) -> None:
    org = fresh_name()
    async with (
        limited.client(org, plan=Plan.TRIAL) as one,
        limited.client(org) as other,
    ):
        for _ in range(4):
            last = await one.get(DOCUMENTS)

        assert last.status_code == 429
        assert (await other.get(DOCUMENTS)).headers["x-ratelimit-remaining"] == "2"


async def test_routes_without_a_limit_say_nothing_of_one(trial: AsyncClient) -> None:
    for path in ("/events/types", "/livez", "/v1/me"):
        assert not {*HEADERS} & {*(await trial.get(path)).headers}


async def test_unknown_keys_count_against_no_organisation(
    limited: Service, trial: AsyncClient
) -> None:
    async with limited.anonymous() as stranger:
        refused = await stranger.get(DOCUMENTS)

    assert refused.status_code == 401
    assert not {*HEADERS} & {*refused.headers}
    assert (await trial.get(DOCUMENTS)).headers["x-ratelimit-remaining"] == "2"


async def test_plans_have_rates_of_their_own(service: Service) -> None:
    async with service.client(fresh_name(), plan=Plan.TEAM) as client:
        answer = await client.get(DOCUMENTS)

    assert answer.headers["x-ratelimit-limit"] == "12000"


async def test_the_document_announces_it(anonymous: AsyncClient) -> None:
    paths = (await anonymous.get("/openapi.json")).json()["paths"]
    announced = {
        (path, name)
        for path, operations in paths.items()
        for operation in operations.values()
        for response in operation["responses"].values()
        for name in response["headers"]
        if name.startswith("X-RateLimit")
    }

    assert {name for _, name in announced} == {
        *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
    }
    limited = ("/api/v1/", "/v1/artifacts", "/v1/generations")
    assert all(path.startswith(limited) for path, _ in announced)
    assert {path for path, _ in announced if not path.startswith("/api/v1/")} >= {
        *("/v1/artifacts", "/v1/generations", "/v1/generations/stream")
    }


async def test_without_a_limiter_requests_pass_and_a_metric_counts_them(database: Database) -> None:
    with TemporaryDirectory(prefix="forge-") as directory:
        valkey = MortalValkey(Path(directory))
        valkey.start()
        await eventually(valkey.answers)
        backend = Backend(database.app, SECRETS, Failures(), options=Options(rates=THREE_AN_HOUR))
        async with (
            running_service(database, valkey.url, backend) as service,
            service.client(plan=Plan.TRIAL) as client,
        ):
            assert (await client.get(DOCUMENTS)).headers["x-ratelimit-remaining"] == "2"
            valkey.stop()
            answers = [await client.get(DOCUMENTS) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert not {*HEADERS} & {*answers[-1].headers}
    assert backend.kernel.metrics.limiter_away.of("open").value == 5
