"""Drafts by a model: answers of its server as codes of the seed (002)."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

import httpx
import pytest
from httpx import AsyncClient

from domain.outbound_addresses import Allowed
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.json_api.drafts import DRAFT, SEED, bind, error_of, request_draft
from tests.support.servers.databases import Database, Databases
from tests.support.servers.mortal_valkey import MortalValkey
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, fresh_name, running_service
from tests.support.third_parties.llm import SECRET, LlmServer, llm_server
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

TRIM: Final = {
    "utilityId": "cleanup.format-values",
    "config": {"targets": ["name"], "operation": "trim"},
}
GOOD: Final = {"steps": [TRIM], "explanation": "Trims the name."}


class Asking(NamedTuple):
    client: AsyncClient
    server: LlmServer
    backend: Backend


@pytest.fixture(scope="module")
async def service(databases: Databases, servers: Servers) -> AsyncIterator[Service]:
    """Serve with loopback among the addresses that may be asked."""
    options = Options(addresses=Allowed.parsed("127.0.0.1"))
    with databases.migrated() as database:
        backend = Backend(database.app, SECRETS, Failures(), options=options)
        async with running_service(database, servers.redis_url, backend) as service:
            yield service


@pytest.fixture
async def asking(service: Service) -> AsyncIterator[Asking]:
    """Call by a key that a model's credential is bound to."""
    org = fresh_name()
    async with llm_server() as (server, base_url), service.anonymous() as client:
        issued = await service.issue(org)
        await bind(service, issued.key_id, org, base_url)
        client.headers["Authorization"] = f"Bearer {issued.text}"
        server.says = json.dumps(GOOD)
        yield Asking(client, server, service.backend)


async def test_a_valid_model_answer_is_tried_and_returned(asking: Asking) -> None:
    response = await asking.client.post(DRAFT, json=SEED)

    assert response.status_code == 200
    body = response.json()
    assert body["draft"] == GOOD
    assert body["explanation"] == "Trims the name."
    assert [node["id"] for node in body["pipeline"]["nodes"]] == ["input_1", "step_1", "output_1"]
    [asked] = asking.server.asked
    assert asked["model"] == "gpt-4o-mini"
    assert asked["response_format"]["type"] == "json_schema"
    assert "schema.clean-json" in asked["messages"][0]["content"]
    assert SEED["intent"] in asked["messages"][1]["content"]
    assert asking.server.authorization == [f"Bearer {SECRET}"]


async def test_a_request_may_name_another_model(asking: Asking) -> None:
    await asking.client.post(DRAFT, json={**SEED, "model": "gpt-other"})

    assert asking.server.asked[0]["model"] == "gpt-other"


async def test_the_rules_are_used_when_named(asking: Asking) -> None:
    assert (await request_draft(asking.client)).status_code == 200
    assert asking.server.asked == []


@pytest.mark.parametrize(
    ("status", "told", "asked"),
    [
        (401, (403, "USER_KEY_BROKEN"), 1),
        (403, (403, "USER_KEY_BROKEN"), 1),
        (404, (400, "INVALID_MODEL"), 1),
        (429, (429, "RATE_LIMITED"), 1),
        (500, (502, "MODEL_FAILURE"), 2),
        (503, (502, "MODEL_FAILURE"), 2),
        (302, (502, "MODEL_FAILURE"), 1),
    ],
)
async def test_a_refusal_of_the_model_server_is_reported(
    asking: Asking, status: int, told: tuple[int, str], asked: int
) -> None:
    asking.server.status = status
    head = await asking.backend.kernel.log.stored_head()
    response = await asking.client.post(DRAFT, json=SEED)

    assert error_of(response) == told
    assert len(asking.server.asked) == asked
    assert SECRET not in response.text
    assert await asking.backend.kernel.log.stored_head() == head


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("no JSON", (502, "MODEL_FAILURE")),
        ("", (502, "MODEL_FAILURE")),
        ("[]", (502, "MODEL_FAILURE")),
        ('{"steps": "none"}', (502, "MODEL_FAILURE")),
        ('{"steps": [{"config": {}}]}', (502, "MODEL_FAILURE")),
        ('{"steps": []}', (400, "EMPTY_DRAFT")),
    ],
)
async def test_a_model_answer_that_is_no_draft_is_reported(
    asking: Asking, says: str, told: tuple[int, str]
) -> None:
    asking.server.says = says

    assert error_of(await asking.client.post(DRAFT, json=SEED)) == told


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"utilityId": "no.such", "config": {}}, "UNKNOWN_UTILITY"),
        ({"utilityId": "cleanup.dedupe", "config": {"key": "x"}}, "INVALID_CONFIG"),
        ({"utilityId": "merge.deep-merge", "config": {}}, "INVALID_CONFIG"),
        (
            {"utilityId": "structure.sort", "config": {"by": "born"}},
            "SEMANTIC_MISMATCH",
        ),
        (
            {"utilityId": "transform.compute", "config": {"fields": {"x": "born + 1"}}},
            "SEMANTIC_MISMATCH",
        ),
        (
            {"utilityId": "structure.group-by", "config": {"key": "name"}},
            "SEMANTIC_MISMATCH",
        ),
    ],
)
async def test_a_step_that_does_not_fit_is_named(asking: Asking, step: Any, code: str) -> None:
    first = (
        step
        if step["utilityId"] != "structure.group-by"
        else {
            "utilityId": "query.jmespath",
            "config": {"expression": "[0]"},
        }
    )
    steps = [TRIM, first] + ([step] if first is not step else [])
    asking.server.says = json.dumps({"steps": steps, "explanation": ""})
    response = await asking.client.post(DRAFT, json=SEED)

    assert error_of(response) == (400, code)
    [error] = response.json()["errors"]
    assert (error["stepIndex"], error["utilityId"]) == (len(steps) - 1, step["utilityId"])


async def test_too_many_steps_are_refused(asking: Asking) -> None:
    asking.server.says = json.dumps({"steps": [TRIM] * 21, "explanation": ""})

    assert error_of(await asking.client.post(DRAFT, json=SEED)) == (400, "STEP_LIMIT_EXCEEDED")


async def test_a_slow_model_times_out(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.http.openai_chat.TIMEOUT", httpx.Timeout(0.2))
    asking.server.pause = 5.0

    assert error_of(await asking.client.post(DRAFT, json=SEED)) == (408, "TIMEOUT")


async def test_only_so_many_are_in_hand(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.pipelines.drafts.MAX_RUNNING", 0)
    response = await asking.client.post(DRAFT, json=SEED)

    assert error_of(response) == (503, "PLATFORM_AT_CAPACITY")
    assert int(response.headers["retry-after"]) > 0


async def test_without_a_limiter_nothing_is_drafted(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    valkey = MortalValkey(tmp_path_factory.mktemp("v"))
    valkey.start()
    await eventually(valkey.answers)
    async with running_service(database, valkey.url) as service, service.client() as client:
        assert (await request_draft(client)).status_code == 200
        valkey.stop()
        assert error_of(await request_draft(client)) == (503, "LIMITER_UNAVAILABLE")
