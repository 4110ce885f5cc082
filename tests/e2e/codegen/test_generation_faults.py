"""Generations end when their process dies or stops, and when the database is lost."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from httpx import AsyncClient
from psycopg import AsyncConnection

from adapters.crypto.ids import new_key
from application.eventstore.envelope import Origin
from application.generations.runner import GENERATION, GenerationRequest
from domain.billing.ledger import CountGeneration
from domain.generations.events import FailureReason, GenerationFailed
from domain.generations.request import Compiler, Context, GenerationSpec, Hints
from scripts.composition.backend import Backend
from tests.support.codegen.generations import GENERATIONS, post_generation, request_body
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import running_service
from tests.support.third_parties.compilers import SlowCompiler, slow_compiler
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

EXPIRE: Final = "UPDATE run_leases SET until = now() RETURNING 1"
CUT: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SlowCompiler:
    return slow_compiler(tmp_path, monkeypatch)


def request(org_id: str) -> GenerationRequest:
    """Ask as a route does, without one."""
    asked = GenerationSpec(
        prompt="BOM of item 1",
        context=Context(tc_version="14.3", compiler=Compiler.GCC),
        hints=Hints(),
    )

    def charge(generation_id: str) -> CountGeneration:
        return CountGeneration(generation_id=generation_id, allowed=None)

    by = Origin(actor="key:k1", org_id=org_id, correlation_id="r1")
    return GenerationRequest(asked, None, "digest", charge, by)


async def only(client: AsyncClient) -> str:
    """Return the id of the one generation there is, as soon as the list has it."""
    listed: list[str] = []

    async def is_listed() -> bool:
        page = (await client.get(GENERATIONS)).json()
        listed[:] = [each["id"] for each in page["generations"]]
        return bool(listed)

    await eventually(is_listed)
    [generation_id] = listed
    return generation_id


async def test_a_run_whose_node_is_gone_is_failed_and_stays_failed(
    database: Database, redis_url: str, compiler: SlowCompiler
) -> None:
    failures = Failures()
    backend = Backend(database.app, SECRETS, failures)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client() as client,
    ):
        asking = asyncio.create_task(post_generation(client))
        await eventually(compiler.has_begun)
        generation_id = await only(client)
        path = f"{GENERATIONS}/{generation_id}"
        running = (await client.get(path)).json()
        early = await client.get(f"{path}/download")
        await backend.contexts.generations.end_orphans({})
        still = (await client.get(path)).json()
        await backend.kernel.select(EXPIRE, ())
        await backend.contexts.generations.end_orphans({})
        compiler.let_go()
        answer = await asking
        records = await backend.kernel.log.read(GENERATION.stream(generation_id))
        position = {"X-Forge-Min-Position": str(records[-1].position)}
        failed = (await client.get(path, headers=position)).json()
        events = (await client.get(f"{path}/events")).text

    assert (running["status"], running["files"], running["pattern"]) == ("running", [], None)
    assert early.status_code == 409
    assert early.json()["error"]["code"] == "CONFLICT"
    assert still["status"] == "running"
    assert (failed["status"], failed["failure"]) == ("failed", "orphaned")
    assert records[-1].event == GenerationFailed(reason=FailureReason.ORPHANED)
    assert records[-1].origin.actor == "system:orphans"
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL_ERROR"
    assert answer.json()["error"]["details"]["generationId"] == generation_id
    assert "event: error" in events
    assert "event: result" not in events


async def test_a_process_that_stops_says_that_it_interrupted(
    database: Database, compiler: SlowCompiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.generations.runner.GRACE_SECONDS", 1.0)
    backend = Backend(database.app, SECRETS, Failures())
    async with backend.running():
        started = await backend.contexts.generations.commands.begin(request("acme"))
        await eventually(compiler.has_begun)
    ended = await started.wait_for_end()
    after = Backend(database.app, SECRETS, Failures())
    async with after.running():
        records = await after.kernel.log.read(GENERATION.stream(started.id))
        leases = await after.kernel.select("SELECT node FROM run_leases", ())

    assert records[-1].event == GenerationFailed(reason=FailureReason.INTERRUPTED) == ended.end
    assert leases == []


async def test_a_client_that_goes_away_takes_nothing_with_it(
    database: Database, redis_url: str, compiler: SlowCompiler
) -> None:
    async with (
        running_service(database, redis_url) as service,
        service.client() as client,
    ):
        asking = asyncio.create_task(post_generation(client))
        await eventually(compiler.has_begun)
        generation_id = await only(client)
        asking.cancel()
        compiler.let_go()

        async def is_completed() -> bool:
            told = (await client.get(f"{GENERATIONS}/{generation_id}")).json()
            return bool(told["status"] == "completed")

        await eventually(is_completed)


async def test_a_run_that_loses_the_database_ends_once_it_is_back(
    database: Database, redis_url: str, compiler: SlowCompiler
) -> None:
    backend = Backend(database.app, SECRETS, Failures())
    async with (
        running_service(database, redis_url, backend) as service,
        service.client() as client,
    ):
        asking = asyncio.create_task(post_generation(client))
        await eventually(compiler.has_begun)
        generation_id = await only(client)
        async with await AsyncConnection.connect(backend.kernel.conninfo) as connection:
            await connection.execute(CUT)
        compiler.let_go()
        await asking

        async def is_over() -> bool:
            response = await client.get(f"{GENERATIONS}/{generation_id}")
            return response.status_code == 200 and response.json()["status"] != "running"

        await eventually(is_over)


async def test_the_same_request_while_the_first_is_running(
    database: Database, redis_url: str, compiler: SlowCompiler
) -> None:
    async with (
        running_service(database, redis_url) as service,
        service.client() as client,
    ):
        body, key = request_body(requestId="r-1"), {"Idempotency-Key": new_key()}
        first = asyncio.create_task(client.post(GENERATIONS, json=body, headers=key, timeout=30))
        await eventually(compiler.has_begun)
        in_flight = await client.post(GENERATIONS, json=body, headers=key)
        second = asyncio.create_task(post_generation(client, body))
        await asyncio.sleep(0)
        compiler.let_go()
        answers = [await first, await second]

    assert in_flight.status_code == 409
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
