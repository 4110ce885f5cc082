"""Hostile inputs of utilities neither delay other clients nor outlast their limits."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

import pytest
from httpx import AsyncClient

from domain.identity.plans import Plan
from tests.support.json_api.abuse import ABUSES, LIMITED, Abuse
from tests.support.json_api.utilities import run_utility
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

MAX_SECONDS: Final = 5.0
READ_SECONDS: Final = 1.0
"""For a read meanwhile: it has both cores to share, and must not wait for what is abused."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Halve the time that work of no size has: all else is as it is."""
    monkeypatch.setattr("application.pipelines.utility_executor.LEAST_SECONDS", 1.5)


@pytest.fixture
async def client(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(fresh_name(), plan=Plan.LOCAL) as client:
        yield client


@pytest.mark.parametrize("abuse", ABUSES, ids=lambda abuse: abuse.name)
async def test_abuse_is_refused_in_time_and_reads_go_on(
    client: AsyncClient, document: str, abuse: Abuse
) -> None:
    over = asyncio.Event()
    reading = asyncio.create_task(_slowest_read(client, document, over))
    began = time.perf_counter()
    response = await run_utility(
        client, abuse.utility, abuse.primary, abuse.config, abuse.secondary
    )
    took = time.perf_counter() - began
    over.set()

    assert response.status_code in abuse.statuses, response.text
    assert took < MAX_SECONDS
    assert await reading < READ_SECONDS
    body = response.json()
    assert body.keys() == {"success", "error", "code"}
    assert "Traceback" not in body["error"]


async def test_work_goes_on_after_all_that(client: AsyncClient) -> None:
    """Several processes die of it at the same time, and others take their places."""
    [abuse] = [abuse for abuse in ABUSES if abuse.name == "a text doubled and doubled"]
    asked = [run_utility(client, *abuse[2:]) for _ in range(4)]
    assert {each.status_code for each in await asyncio.gather(*asked)} <= {*LIMITED}
    response = await run_utility(client, "convert.yaml-to-json", "a: 1")

    assert response.json()["output"] == {"a": 1}


async def _slowest_read(client: AsyncClient, document: str, over: asyncio.Event) -> float:
    """Read a document again and again; return how long the slowest read took, in seconds."""
    slowest = 0.0
    while not over.is_set():
        began = time.perf_counter()
        assert (await client.get(document)).status_code == 200
        slowest = max(slowest, time.perf_counter() - began)
    return slowest
