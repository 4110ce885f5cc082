"""Runs with faults beside them: a dead process, too many at once, time-outs."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, LiteralString

import pytest
from httpx import AsyncClient
from msgspec.structs import replace

from adapters.utilities.pool import UtilityPool
from application.pipelines.utility_executor import AtCapacity, Outcome, Step, Work
from application.telemetry.metrics import Metrics
from domain.pipelines.refusals import OutputTooLarge
from domain.pipelines.run import RETENTION
from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.json_api.pipelines import (
    IN,
    OUT,
    create_pipeline,
    graph,
    line,
    run_pipeline,
    step,
)
from tests.support.servers.databases import Database
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

TEXTS: Final[LiteralString] = "SELECT 1 FROM contents WHERE owner = %b"
MOMENT: Final = timedelta(milliseconds=1)
SLOW: Final = Work(
    org_id="one",
    steps=(Step(node="n", utility="cleanup.repair-json", config=b"{}"),),
    primary=b'"' + b"{" * 40_000 + b'"',
)
QUICK: Final = Work(
    org_id="one",
    steps=(Step(node="n", utility="convert.yaml-to-json", config=b"{}"),),
    primary=b'"a: 1"',
)


@pytest.fixture
async def utilities() -> AsyncIterator[UtilityPool]:
    """Give utilities with one process, and one for newcomers."""
    metrics = Metrics()
    utilities = UtilityPool(metrics.utility_work, metrics.utility_seconds, processes=1)
    yield utilities
    await utilities.close()


async def test_a_process_that_is_killed_is_replaced(utilities: UtilityPool) -> None:
    await utilities(QUICK)
    work = asyncio.create_task(utilities(SLOW))
    [pid] = _children()

    async def is_busy() -> bool:
        return _cpu_ticks(pid) > 30

    await eventually(is_busy)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(OutputTooLarge):
        await work

    assert (await utilities(QUICK)).output == b'{"a":1}'


async def test_too_many_concurrent_runs_are_refused(
    utilities: UtilityPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.utilities.pool.QUEUE_SECONDS", 0.2)
    await utilities(QUICK)
    slow = asyncio.create_task(utilities(SLOW))
    await asyncio.sleep(0)
    outcomes = await asyncio.gather(*(utilities(QUICK) for _ in range(6)), return_exceptions=True)
    slow.cancel()
    await asyncio.wait([slow])

    assert [type(outcome) for outcome in outcomes] == [AtCapacity] * 6
    assert isinstance(await utilities(QUICK), Outcome)


async def test_an_organisation_with_much_to_do_holds_up_no_other(
    utilities: UtilityPool,
) -> None:
    of_another = replace(QUICK, org_id="another")
    slow = [asyncio.create_task(utilities(SLOW)) for _ in range(8)]
    await asyncio.sleep(0)
    outcomes = [await utilities(of_another) for _ in range(3)]
    ended = [task.done() for task in slow]
    for task in slow:
        task.cancel()
    await asyncio.wait(slow)

    assert {outcome.output for outcome in outcomes} == {b'{"a":1}'}
    assert not any(ended)


async def test_who_goes_away_takes_the_work_along(utilities: UtilityPool) -> None:
    work = asyncio.create_task(utilities(SLOW))
    await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work])

    assert (await utilities(QUICK)).output == b'{"a":1}'


async def test_branches_run_at_the_same_time(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the two takes until it is given up: together that is no longer than one."""
    monkeypatch.setattr("application.pipelines.utility_executor.LEAST_SECONDS", 2.0)
    slow = [step(name, "cleanup.repair-json") for name in ("a", "b")]
    made = graph(
        [IN, OUT, *slow, step("m", "merge.deep-merge")],
        ["input_1 > a", "input_1 > b", "a > m", "b > m", "m > output_1"],
    )
    path = await create_pipeline(client, made)
    async with asyncio.timeout(3.7):
        response = await run_pipeline(client, path, {"x": "{" * 40_000})

    assert response.status_code == 408
    assert response.json()["code"] == "TIMEOUT"


async def test_a_step_that_may_fail_may_take_too_long(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.pipelines.utility_executor.LEAST_SECONDS", 1.0)
    slow = step("slow", "cleanup.repair-json", onError="continue")
    after = step("after", "convert.xml-to-json", onError="continue")
    path = await create_pipeline(client, line(slow, after))
    text = "{" * 40_000
    run = (await run_pipeline(client, path, {"x": text})).json()

    assert (run["status"], run["output"]) == ("completed_with_warnings", text)
    assert [(each["nodeId"], each["code"]) for each in run["warnings"]] == [
        ("slow", "TIMEOUT"),
        ("after", "INVALID_INPUT"),
    ]


async def test_a_document_is_written_with_its_run_or_not_at_all(client: AsyncClient) -> None:
    document_id = await create(client, name="orders", folder=None, contentText="[1]")
    back = {**OUT, "document": {"name": "orders"}}
    made = graph([IN, back], ["input_1 > output_1"])
    path = await create_pipeline(client, made)
    answers = await asyncio.gather(*(run_pipeline(client, path, {"x": [n]}) for n in range(8)))

    versions = (await client.get(f"{DOCUMENTS}/{document_id}/versions")).json()["versions"]
    runs = (await client.get(f"{path}/runs")).json()["runs"]
    told = [each for each in answers if each.status_code == 200]
    assert {each.status_code for each in answers} <= {200, 409}
    assert len(versions) == len(told) + 1
    assert len(runs) == len(told)


async def test_a_run_is_erased_when_its_time_is_over(database: Database, redis_url: str) -> None:
    clock = Clock()
    backend = Backend(database.app, SECRETS, Failures(), clock)
    async with (
        running_service(database, redis_url, backend) as service,
        service.client() as client,
    ):
        path = await create_pipeline(client, line(step("s", "structure.sort")))
        run = (await run_pipeline(client, path, {"x": [2, 1]})).json()["runId"]
        clock.advance(RETENTION - MOMENT)
        await backend.contexts.pipelines.purge({})
        kept = await client.get(f"{path}/runs/{run}/output")
        clock.advance(MOMENT)
        await backend.contexts.pipelines.purge({})
        answers = [await client.get(f"{path}/runs/{run}{more}") for more in ("", "/output")]
        listed = (await client.get(f"{path}/runs")).json()["runs"]
        texts = await backend.kernel.select(TEXTS, (f"run-{run}",))
        history = (await client.get(f"/audit/runs/{run}")).json()["events"]

    assert kept.json() == [1, 2]
    assert {each.status_code for each in answers} == {404}
    assert listed == []
    assert texts == []
    assert [event["type"] for event in history] == ["run.finished", "run.expired"]


def _children() -> Sequence[int]:
    """Return the processes of ours that utilities run in."""
    found = list[int]()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes()
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and b"adapters.utilities.pool_worker" in command:
            found.append(int(place.name))
    return found


def _cpu_ticks(pid: int) -> int:
    fields: list[Any] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
