"""``/metrics`` as Prometheus scrapes it: every process of a service, and the database."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from httpx import AsyncClient

from domain.identity.organisations import LOCAL
from tests.support.json_api.documents import DOCUMENTS, NEW, create
from tests.support.servers.databases import Database
from tests.support.service.processes import (
    ForgeProcess,
    data_directory,
    forge,
    forge_serving,
    kill_at_exit,
)
from tests.support.service.web import Service
from tests.support.telemetry.scrapes import Scrape, ops_key, scrape_process
from tests.support.waiting import eventually, wait_until

SECRETS = ("FORGE_MASTER_KEY", "FORGE_KEY_PEPPER", "FORGE_SIGNING_KEY")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with data_directory() as directory:
        yield directory


async def scraped_by(client: AsyncClient) -> Scrape:
    return Scrape((await client.get("/metrics")).text)


@pytest.mark.anyio
async def test_metrics_count_events_and_name_no_customer(pristine: Service) -> None:
    async with pristine.client(LOCAL, "ops") as operator, pristine.client("acme") as client:
        before = await scraped_by(operator)
        made = {"Idempotency-Key": "once"}
        for _ in range(2):
            assert (await client.post(DOCUMENTS, json=NEW, headers=made)).status_code == 201
        document = await create(client, name="a secret name")
        await client.get(f"{DOCUMENTS}/{document}")
        assert (await client.get("/metrics")).status_code == 403
        text = (await operator.get("/metrics")).text
        after = Scrape(text)

    def rise(name: str, **labels: str) -> float:
        known = before.matching(name, **labels)
        return after.value(name, **labels) - sum(sample.value for sample in known)

    route = {"method": "POST", "route": "/api/v1/documents", "status": "2xx"}
    assert rise("forge_http_request_duration_seconds_count", **route) == 3
    assert rise("forge_idempotency_replays_total") == 1
    assert rise("forge_authentication_refusals_total", status="403") == 1
    assert rise("forge_append_duration_seconds_count") == 2
    assert rise("forge_append_batch_events_sum") == 4
    assert rise("forge_log_position") == 4
    assert after.value("forge_http_requests_in_flight") == 1
    assert after.value("forge_projection_leader") == len(after.matching("forge_projection_leader"))
    told = {document, "acme", "secret name", "fje_"}
    assert not [word for word in told if word in text]


@pytest.mark.anyio
async def test_a_task_that_fails_is_counted_and_shown_as_failing(pristine: Service) -> None:
    backend = pristine.backend
    async with pristine.client(LOCAL, "ops") as operator:

        async def fail() -> None:
            raise ValueError("no use")

        backend.kernel.supervisor.start("hopeless", fail)

        async def counted() -> bool:
            seen = await scraped_by(operator)
            failing = seen.matching("forge_background_task_failing", task="hopeless")
            return bool(failing and failing[0].value)

        await eventually(counted)
        assert (await scraped_by(operator)).value(
            "forge_background_task_failures_total", task="hopeless"
        )


@pytest.mark.drill
def test_a_scrape_of_any_api_process_covers_all_processes(data_dir: Path) -> None:
    with forge_serving(data_dir, "--workers", "2") as process:
        key = ops_key(data_dir)
        processes = {"api", "api-2", "projector", "worker"}

        def up() -> dict[str, float]:
            told = scrape_process(process.url, key).matching("forge_process_up")
            return {sample.labels["process"]: sample.value for sample in told}

        wait_until(lambda: up() == dict.fromkeys(processes, 1.0), 20)
        for _ in range(20):
            headers = {"Authorization": f"Bearer {process.key}", "Connection": "close"}
            httpx.post(process.url + DOCUMENTS, json=NEW, headers=headers)
        seen = scrape_process(process.url, key)
        assert seen.value("forge_append_duration_seconds_count") >= 20
        assert len(seen.matching("process_resident_memory_bytes")) == len(processes)
        assert len(seen.matching("forge_log_position")) == 1

        [worker] = process.children("worker")
        os.kill(worker, signal.SIGSTOP)
        assert scrape_process(process.url, key).value("forge_process_up", process="worker") == 0
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: up() == dict.fromkeys(processes, 1.0), 20)
        failed = scrape_process(process.url, key).value(
            "forge_background_task_failures_total", process="api", task="worker"
        )
        assert failed == 1
        assert process.stop() == 0


@pytest.mark.drill
@pytest.mark.parametrize("role", ["projector", "worker"])
def test_a_role_that_runs_alone_is_scraped_at_a_port_of_its_own(
    data_dir: Path, empty_database: Database, redis_url: str, role: str
) -> None:
    servers = {"DATABASE_URL": empty_database.owner, "REDIS_URL": redis_url}
    environ = servers | dict.fromkeys(SECRETS, "5e" * 32)
    assert forge("migrate", "--data-dir", data_dir, environ=environ).returncode == 0
    options = ("--metrics-port", "0", "--remote", "--host", "127.0.0.1", "--allow-host", role)
    with (
        kill_at_exit(ForgeProcess(data_dir, role="projector", environ=environ)),
        kill_at_exit(ForgeProcess(data_dir, "--port", "0", role="api", environ=environ)) as api,
    ):
        api.ready()
        key = ops_key(data_dir, **environ)
        with kill_at_exit(
            ForgeProcess(data_dir.with_name("other"), *options, role=role, environ=environ)
        ) as alone:
            assert httpx.get(f"{alone.url}/metrics").status_code == 401
            for host, status in ((role, 200), ("evil.example", 421)):
                told = httpx.get(f"{alone.url}/livez", headers={"Host": f"{host}:9100"})
                assert told.status_code == status
            assert httpx.get(f"{alone.url}/api/v1/documents").status_code == 404
            seen = scrape_process(alone.url, key)
            assert seen.value("forge_process_up", process=role) == 1
            assert seen.value("forge_database_up") == 1
            assert alone.stop() == 0


def test_a_role_exposes_metrics_to_other_machines_only_in_remote_mode(data_dir: Path) -> None:
    refused = forge(
        *("worker", "--data-dir", data_dir, "--metrics-port", "0", "--host", "0.0.0.0")  # noqa: S104 - that it is refused is the point
    )
    assert refused.returncode == 1
    assert "--remote" in refused.stderr
