"""``/api/v1/utilities`` as seed 002 describes it, over HTTP."""

import asyncio
from collections import Counter
from typing import Any, Final

import pytest
from httpx import AsyncClient

from domain.identity.plans import Plan
from domain.limits.rates import parse_rates
from domain.pipelines.utilities.catalogue import UTILITIES as CATALOGUE
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.json_api.utilities import UTILITIES, run_utility
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, running_service

pytestmark = pytest.mark.anyio

SEED: Final = {
    "inputs": {"primary": {"customer_name": "  Ada Lovelace  "}},
    "config": {"trimWhitespace": True},
}
CLEAN: Final = f"{UTILITIES}/schema.clean-json"
UNHINDERED: Final = Options(rates=parse_rates("json_api.starter=9999/60"))


async def test_the_seeds_example_works_as_written(client: AsyncClient) -> None:
    response = await client.post(f"{UTILITIES}/cleanup.clean-json", json=SEED)

    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"success", "output", "durationMs", "creditsUsed"}
    assert body["output"] == {"customer_name": "Ada Lovelace"}
    assert body["success"] is True
    assert body["creditsUsed"] == 1
    assert 0 <= body["durationMs"] < 10_000
    assert int(response.headers["x-forge-position"]) > 0


async def test_the_catalogue_lists_utilities_and_their_usage(client: AsyncClient) -> None:
    listed = (await client.get(UTILITIES)).json()
    one = (await client.get(f"{UTILITIES}/merge.deep-merge")).json()

    assert [each["id"] for each in listed["utilities"]] == [*CATALOGUE]
    assert len(listed["utilities"]) == 41
    assert one["utility"] in listed["utilities"]
    assert one["utility"]["inputs"] == ["primary", "secondary"]
    assert one["utility"]["configSchema"]["additionalProperties"] is False
    assert one["utility"]["limits"] == {"seconds": 30, "outputBytes": 50 * 2**20}


async def test_every_example_of_the_catalogue_is_true(client: AsyncClient) -> None:
    for each in (await client.get(UTILITIES)).json()["utilities"]:
        body = {"inputs": each["example"]["inputs"], "config": each["example"]["config"]}
        response = await client.post(f"{UTILITIES}/{each['id']}", json=body)
        assert response.json().get("output") == each["example"]["output"], each["id"]


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "VALIDATION_ERROR"),
        ({"inputs": {}}, "INVALID_INPUT"),
        ({"inputs": []}, "VALIDATION_ERROR"),
        ({"inputs": {"primary": 1}, "config": []}, "INVALID_CONFIG"),
        ({"inputs": {"primary": 1}, "config": {"trimString": True}}, "INVALID_CONFIG"),
        ({"inputs": {"primary": 1}, "config": {"trimStrings": 1}}, "INVALID_CONFIG"),
        ({"inputs": {"primary": 1}, "other": 1}, "VALIDATION_ERROR"),
    ],
)
async def test_what_is_wrong_with_a_request_is_said(
    client: AsyncClient, body: Any, code: str
) -> None:
    response = await client.post(CLEAN, json=body)

    assert response.status_code == 400
    assert response.json().keys() == {"success", "error", "code"}
    assert response.json()["code"] == code


async def test_a_text_that_is_no_json_is_refused(client: AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    for text in (b"", b"{", b'{"inputs":{"primary":1e999}}', b'{"inputs":{"primary":"\\x"}}'):
        response = await client.post(CLEAN, content=text, headers=headers)
        assert response.status_code == 400, text
        assert response.json()["code"] in {"INVALID_JSON", "INVALID_INPUT"}


async def test_lone_surrogates_go_through(client: AsyncClient) -> None:
    text = b'{"inputs":{"primary":{"a":"\\ud800 x"}},"config":{"trimStrings":true}}'
    response = await client.post(CLEAN, content=text, headers={"Content-Type": "application/json"})

    assert response.status_code == 200
    assert b'"output":{"a":"\\ud800 x"}' in response.content


@pytest.mark.usefixtures("nothing_recorded")
async def test_an_unknown_utility_is_missing(client: AsyncClient) -> None:
    posted = await run_utility(client, "schema.nothing", 1)
    got = await client.get(f"{UTILITIES}/schema.nothing")

    assert posted.status_code == got.status_code == 404
    assert posted.json()["code"] == got.json()["code"] == "UTILITY_NOT_FOUND"


async def test_a_missing_second_input_is_refused(client: AsyncClient) -> None:
    without = await run_utility(client, "merge.deep-merge", {"a": 1})
    with_it = await run_utility(client, "merge.deep-merge", {"a": 1}, secondary={"b": 2})

    assert without.status_code == 400
    assert "secondary" in without.json()["error"]
    assert with_it.json()["output"] == {"a": 1, "b": 2}


async def test_more_than_the_plan_allows_is_refused(service: Service) -> None:
    async with service.client("small", plan=Plan.STARTER) as client:
        response = await run_utility(client, "schema.clean-json", "x" * 5 * 2**20)

    assert response.status_code == 413


async def test_a_repeated_request_is_answered_alike_and_paid_for_once(
    client: AsyncClient, service: Service
) -> None:
    once = {"Idempotency-Key": "run-1"}
    first = await client.post(CLEAN, json=SEED, headers=once)
    head = await service.backend.kernel.log.stored_head()
    again = await client.post(CLEAN, json=SEED, headers=once)
    other = await client.post(CLEAN, json={"inputs": {"primary": 1}}, headers=once)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422
    assert await service.backend.kernel.log.stored_head() == head


async def test_credits_are_spent_by_runs_that_succeed_and_never_overspent(
    database: Database, redis_url: str
) -> None:
    backend = Backend(database.app, SECRETS, Failures(), options=UNHINDERED)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme", plan=Plan.STARTER) as client,
    ):
        for _ in range(5):
            failed = await run_utility(client, "structure.sort", {"no": "array"})
            assert failed.status_code == 400
        asked = [run_utility(client, "cleanup.sort-keys", {"n": n}) for n in range(120)]
        answers = await asyncio.gather(*asked)
        head = await backend.kernel.log.stored_head()
        late = await run_utility(client, "cleanup.sort-keys", {})
        after = await backend.kernel.log.stored_head()

    assert Counter(each.status_code for each in answers) == {200: 100, 429: 20}
    refused = next(each for each in answers if each.status_code == 429)
    assert refused.json()["code"] == late.json()["code"] == "CREDITS_EXHAUSTED"
    assert "output" not in refused.json()
    assert after == head
