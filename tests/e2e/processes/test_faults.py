"""Responses to clients when a server behind the service fails or is busy."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response
from psycopg import AsyncConnection

from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.locks import hold_appends
from tests.support.service.web import Service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MB: Final = 2**20
WRITERS, WRITES, CUTS, QUEUE, SLOW = 8, 10, 4, 16, 4
CUT: Final = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
NOT_NOW: Final = {"LOG_UNAVAILABLE", "NOT_YET_VISIBLE"}


@pytest.fixture
async def busy(pristine: Service) -> AsyncIterator[AsyncClient]:
    async with pristine.client("acme") as client:
        yield client


async def test_losing_every_postgres_connection_loses_no_acknowledged_write(
    pristine: Service, busy: AsyncClient
) -> None:
    async def write(writer: int) -> list[tuple[str, Response]]:
        names = [f"{writer}-{number}" for number in range(WRITES)]
        return [
            (name, await busy.post(DOCUMENTS, json={"name": name, "content": name}))
            for name in names
        ]

    async def cut() -> None:
        for goal in range(CUTS):
            await pristine.backend.kernel.log.head.reach(10 + goal * 15, within=10)
            async with await AsyncConnection.connect(
                pristine.backend.kernel.conninfo
            ) as connection:
                await connection.execute(CUT)

    *written, _ = await asyncio.gather(*map(write, range(WRITERS)), cut())

    acknowledged = {}
    for name, response in [pair for pairs in written for pair in pairs]:  # type: ignore[union-attr]  # all but the last are writers
        if response.status_code == 201:
            acknowledged[name] = response.json()["document"]
        else:
            assert response.status_code == 503
            assert (response.json()["code"] in NOT_NOW) is True
    assert len(acknowledged) > WRITERS * WRITES / 2
    kept = await _everything(pristine, busy)
    assert {name: kept[name] for name in acknowledged} == acknowledged
    for name, document in kept.items():
        content = await busy.get(f"{DOCUMENTS}/{document['id']}/content")
        assert content.json() == name


async def test_more_writes_than_can_wait_are_turned_away_and_the_others_are_made(
    pristine: Service, busy: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = pristine.backend.kernel.log.commits
    monkeypatch.setattr(commits._batcher, "_limit", QUEUE)  # noqa: SLF001 - a queue that a test can fill
    await create(busy)

    async with hold_appends(pristine):
        first = asyncio.create_task(_create(busy))
        await eventually(lambda: _waits(pristine))
        waiting = [asyncio.create_task(_create(busy)) for _ in range(QUEUE)]
        await eventually(lambda: _is_deep(pristine, QUEUE))
        refused = [await _create(busy) for _ in range(QUEUE)]
        read = await busy.get(DOCUMENTS)
        assert commits.depth == QUEUE
    made = await asyncio.gather(first, *waiting)

    assert [(r.status_code, r.json()["code"]) for r in refused] == [(503, "OVERLOADED")] * QUEUE
    assert all(int(response.headers["retry-after"]) > 0 for response in refused)
    assert read.status_code == 200
    assert {response.status_code for response in made} == {201}
    assert (await _create(busy)).status_code == 201
    listed = (await busy.get(DOCUMENTS, params={"limit": 100})).json()["documents"]
    assert len(listed) == 1 + len(made) + 1


async def _create(client: AsyncClient) -> Response:
    return await client.post(DOCUMENTS, json={"name": "same", "content": 1})


async def _waits(service: Service) -> bool:
    """Tell whether an append waits for the lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    [(count,)] = await service.backend.kernel.select(waiting, ())
    return bool(count)


async def _is_deep(service: Service, depth: int) -> bool:
    return service.backend.kernel.log.commits.depth == depth


async def _everything(service: Service, client: AsyncClient) -> dict[str, Any]:
    """List every document by name, once the model has seen the whole log."""
    head = await service.backend.kernel.log.stored_head()
    await service.backend.kernel.models["document_summaries"].reach(head, within=10)
    found, cursor = dict[str, Any](), None
    while True:
        params = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(DOCUMENTS, params=params)).json()
        found |= {document["name"]: document for document in page["documents"]}
        if (cursor := page["nextCursor"]) is None:
            return found
