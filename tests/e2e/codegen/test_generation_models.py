"""Plans filled in by a model: its answer is data, and generation works without it."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from httpx import AsyncClient

from application.llm.provider_credentials import Credential, Secret
from domain.outbound_addresses import Allowed
from scripts.composition.backend import Backend
from scripts.config.process_options import Options
from tests.support.codegen.generations import create_generation, request_body
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import running_service
from tests.support.third_parties.llm import SECRET, LlmServer, llm_server

pytestmark = pytest.mark.anyio

PROMPT: Final = "Could you get me the pumps as a CSV export?"
ALLOWED: Final = Allowed.parsed("127.0.0.1")


@pytest.fixture
async def model() -> AsyncIterator[tuple[LlmServer, str]]:
    async with llm_server() as served:
        yield served


@pytest.fixture
async def client(
    database: Database, redis_url: str, model: tuple[LlmServer, str]
) -> AsyncIterator[AsyncClient]:
    """Be the client of a service whose operator has configured a model."""
    credential = Credential("configured", model[1], "some-model", Secret(SECRET))
    options = Options(model=credential, addresses=ALLOWED)
    backend = Backend(database.app, SECRETS, Failures(), options=options)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client() as client,
    ):
        yield client


def plan_in(told: dict[str, Any]) -> dict[str, Any]:
    [message] = [each["message"] for each in told["diagnostics"] if each["code"] == "PLAN"]
    plan: dict[str, Any] = json.loads(message)
    return plan


def codes(told: dict[str, Any]) -> set[str]:
    return {each["code"] for each in told["diagnostics"]}


async def test_a_model_fills_in_what_the_prompt_means(
    client: AsyncClient, model: tuple[LlmServer, str]
) -> None:
    server, _ = model
    server.says = json.dumps({"criteria": [{"entry": "Name", "value": "Pump*"}], "output": "p.csv"})
    told = await create_generation(client, request_body(PROMPT))

    plan = plan_in(told)
    assert (plan["criteria"], plan["output"]) == ([{"entry": "Name", "value": "Pump*"}], "p.csv")
    assert plan["query"] == "Item Revision..."
    assert "MODEL_PLAN" in codes(told)
    assert '"Pump*"' in told["files"][0]["content"]
    [asked] = server.asked
    assert asked["model"] == "some-model"
    assert asked["messages"][1] == {"role": "user", "content": PROMPT}
    assert asked["response_format"]["type"] == "json_schema"
    assert server.authorization == [f"Bearer {SECRET}"]


async def test_a_model_that_is_of_no_use_is_a_warning(
    client: AsyncClient, model: tuple[LlmServer, str]
) -> None:
    server, _ = model
    server.status = 401
    told = await create_generation(client, request_body())

    assert "MODEL_IGNORED" in codes(told)
    assert plan_in(told)["criteria"] == [{"entry": "Release Status", "value": "Released"}]
    assert SECRET not in json.dumps(told)


async def test_a_keys_own_credential_is_sent_to_its_model(
    database: Database, redis_url: str, model: tuple[LlmServer, str]
) -> None:
    server, base_url = model
    server.says = '{"output": "mine.csv"}'
    options = Options(addresses=ALLOWED)
    backend = Backend(database.app, SECRETS, Failures(), options=options)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client() as other,
        service.browser() as owner,
        service.anonymous() as holder,
    ):
        issued = (await owner.post("/v1/keys", json={"name": "ci"})).json()
        path = f"/v1/keys/{issued['id']}/credential"
        credential = {"provider": "own", "model": "m", "secret": SECRET, "baseUrl": base_url}
        bound = await owner.put(path, json=credential)
        holder.headers["Authorization"] = f"Bearer {issued['key']}"
        mine = await create_generation(holder, request_body())
        theirs = await create_generation(other, request_body())

    assert bound.status_code == 200
    assert (plan_in(mine)["output"], plan_in(theirs)["output"]) == ("mine.csv", "query-export.csv")
    assert server.authorization == [f"Bearer {SECRET}"]
