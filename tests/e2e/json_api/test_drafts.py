"""``POST /api/v1/ai/pipeline-draft`` by the built-in rules, as seed 002 describes it."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx import AsyncClient

from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.json_api.drafts import DRAFT, RULES, SEED, draft_for, error_of, request_draft
from tests.support.json_api.pipelines import create_pipeline, run_pipeline
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, fresh_name, running_service

pytestmark = pytest.mark.anyio

STEPS: Final = [
    {
        "utilityId": "cleanup.format-values",
        "config": {"targets": ["name"], "operation": "trim"},
    },
    {
        "utilityId": "cleanup.format-values",
        "config": {"targets": ["email"], "operation": "lowercase"},
    },
    {"utilityId": "schema.clean-json", "config": {"removeNulls": True}},
]


async def test_the_seeds_example_is_drafted_as_written(client: AsyncClient) -> None:
    response = await request_draft(client)

    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {
        *("success", "draft", "pipeline", "explanation", "remaining", "nearingLimit"),
    }
    assert body["draft"]["steps"] == STEPS
    assert body["explanation"] == body["draft"]["explanation"] != ""
    assert (body["remaining"], body["nearingLimit"]) == (49, False)


async def test_a_draft_can_be_saved_and_run(client: AsyncClient) -> None:
    graph = (await request_draft(client)).json()["pipeline"]
    path = await create_pipeline(client, graph)
    run = await run_pipeline(client, path, {"default": json.loads(SEED["sampleInput"])})

    assert run.json()["output"] == [{"name": "Ada", "email": "ada@example.com"}]


async def test_without_a_provider_the_rules_must_be_named(client: AsyncClient) -> None:
    for model in (None, "gpt-4o-mini"):
        response = await client.post(DRAFT, json={**SEED, "model": model})
        assert error_of(response) == (403, "AI_DRAFT_BYO_REQUIRED")
    assert error_of(await client.post(DRAFT, json=SEED)) == (403, "AI_DRAFT_BYO_REQUIRED")


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"sampleInput": "{"}, 400, "INVALID_JSON"),
        ({"sampleInput": ""}, 400, "INVALID_JSON"),
        ({"sampleInput": "1e999"}, 400, "INVALID_JSON"),
        ({"sampleInput": '"\\ud800"'}, 400, "INVALID_JSON"),
        ({"sampleInput": "[" * 600 + "]" * 600}, 400, "INVALID_JSON"),
        ({"sampleInput": f'"{"x" * 200_000}"'}, 413, "INPUT_TOO_LARGE"),
        ({"sampleInput": {}}, 400, "INVALID_JSON"),
        ({"intent": ""}, 400, "INVALID_JSON"),
        ({"intent": "x" * 4_001}, 400, "INVALID_JSON"),
        ({"intent": "a\0"}, 400, "INVALID_JSON"),
        ({"intent": "   "}, 400, "EMPTY_DRAFT"),
        ({"intent": "make it nice"}, 400, "SEMANTIC_MISMATCH"),
        ({"intent": "trim name and make it nice"}, 400, "SEMANTIC_MISMATCH"),
        ({"intent": "sort by birthday"}, 400, "SEMANTIC_MISMATCH"),
        ({"intent": "convert name to number"}, 400, "SEMANTIC_MISMATCH"),
        ({"intent": "trim name. " * 21}, 400, "STEP_LIMIT_EXCEEDED"),
        ({"model": ""}, 400, "INVALID_MODEL"),
        ({"model": "x\n"}, 400, "INVALID_MODEL"),
        ({"model": 7}, 400, "INVALID_JSON"),
        ({"more": 1}, 400, "INVALID_JSON"),
    ],
)
async def test_what_is_wrong_is_said_in_the_seeds_words(
    client: AsyncClient, changes: Any, status: int, code: str
) -> None:
    assert error_of(await request_draft(client, **changes)) == (status, code)


async def test_whose_fault_it_is_names_the_step(client: AsyncClient) -> None:
    response = await draft_for(client, "trim name, then convert name to number", [{"name": "x"}])

    [error] = response.json()["errors"]
    assert (error["stepIndex"], error["utilityId"]) == (1, "schema.coerce-types")


async def test_a_forbidden_draft_is_refused_in_the_shape_of_drafts(
    service: Service, anonymous: AsyncClient
) -> None:
    assert error_of(await anonymous.post(DRAFT, json=RULES)) == (401, "UNAUTHORIZED")
    async with service.client(fresh_name(), Scope.DOCUMENTS.value) as client:
        assert error_of(await request_draft(client)) == (403, "FORBIDDEN")


async def test_a_body_that_is_too_large_is_refused_unread(client: AsyncClient) -> None:
    assert error_of(await request_draft(client, sampleInput="x" * 2_000_000)) == (
        413,
        "INPUT_TOO_LARGE",
    )


async def test_the_days_drafts_are_counted_and_never_exceeded(
    database: Database, redis_url: str
) -> None:
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client("acme", plan=Plan.TRIAL) as client,
    ):
        failed = await request_draft(client, intent="make it nice")
        first = (await request_draft(client)).json()
        answers = await asyncio.gather(*(request_draft(client) for _ in range(12)))
        late = await request_draft(client)
        clock.advance(timedelta(days=1))
        tomorrow = (await request_draft(client)).json()

    assert failed.status_code == 400
    assert (first["remaining"], first["nearingLimit"]) == (9, False)
    statuses = Counter(each.status_code for each in answers)
    assert statuses == {200: 9, 429: 3}
    told = [each.json() for each in answers if each.status_code == 200]
    assert min(body["remaining"] for body in told) == 0
    assert {body["nearingLimit"] for body in told if body["remaining"] < 2} == {True}
    assert {body["nearingLimit"] for body in told if body["remaining"] >= 2} <= {False}
    assert error_of(late) == (429, "DAILY_QUOTA_EXCEEDED")
    assert tomorrow["remaining"] == 9


async def test_a_repeated_request_is_counted_once(client: AsyncClient) -> None:
    once = {"Idempotency-Key": "draft-1"}
    first = await client.post(DRAFT, json=RULES, headers=once)
    again = await client.post(DRAFT, json=RULES, headers=once)
    other = await client.post(DRAFT, json={**RULES, "intent": "sort by name"}, headers=once)

    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422
    assert (await request_draft(client)).json()["remaining"] == first.json()["remaining"] - 1
