"""Read your writes: at once, on any process, or a response that says "not yet"."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Final

import pytest
from httpx import AsyncClient, Response

from tests.support.json_api.documents import DOCUMENTS, NEW, create
from tests.support.servers.databases import Database
from tests.support.service.locks import hold_models
from tests.support.service.web import Service, running_service
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MODEL: Final = "document_summaries"
FOLDERS: Final = "/api/v1/folders"
ROUNDS: Final = 20


@pytest.fixture
async def beside(database: Database, redis_url: str, pristine: Service) -> AsyncIterator[Service]:
    """Run a second service on the same database, as a second process would."""
    assert pristine.backend.kernel.conninfo == database.app
    async with running_service(database, redis_url) as service:
        yield service


@pytest.fixture
async def writer(pristine: Service) -> AsyncIterator[AsyncClient]:
    async with pristine.client("acme") as client:
        yield client


@pytest.fixture
async def reader(beside: Service, writer: AsyncClient) -> AsyncIterator[AsyncClient]:
    """Speak to the second service with the writer's key."""
    async with beside.anonymous() as client:
        client.headers["Authorization"] = writer.headers["Authorization"]
        yield client


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a tenth of a second for late models instead of a whole one."""
    monkeypatch.setattr("application.eventstore.read_your_writes.PATIENCE_SECONDS", 0.1)


async def test_who_names_a_position_reads_it_on_any_process(
    writer: AsyncClient, reader: AsyncClient
) -> None:
    for number in range(ROUNDS):
        written = await writer.post(DOCUMENTS, json=NEW | {"folder": f"f{number}"})
        document, seen = written.headers["location"], _having_seen(written)

        found, listed, folders = await asyncio.gather(
            reader.get(document, headers=seen),
            reader.get(DOCUMENTS, headers=seen),
            reader.get(FOLDERS, headers=seen),
        )

        assert found.json() == written.json()
        assert listed.json()["documents"][0] == written.json()["document"]
        assert f"f{number}" in {folder["name"] for folder in folders.json()["folders"]}

        revised = await writer.put(document, json={"name": f"name {number}"})
        again = await reader.get(document, headers=_having_seen(revised))
        assert again.json() == revised.json()


async def test_positions_rise_with_every_write(writer: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(writer)}"
    writes = [
        await writer.put(document, json={"name": "renamed"}),
        await writer.put(f"{document}/content", json={"content": 1}),
        await writer.delete(document),
        await writer.post(f"{document}/restore"),
        await writer.delete(document),
        await writer.post(f"{document}/purge"),
    ]

    positions = [int(write.headers["x-forge-position"]) for write in writes]

    *steps, certified = [later - earlier for earlier, later in pairwise(positions)]
    assert steps == [1] * 4
    assert certified == 2  # a purge is certified by a second event


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("path", [DOCUMENTS, "{document}", "{document}/content", FOLDERS])
async def test_a_position_beyond_the_log_was_given_out_before_a_reset(
    client: AsyncClient, path: str
) -> None:
    place = path.format(document=f"{DOCUMENTS}/{await create(client)}")

    response = await client.get(place, headers={"X-Forge-Min-Position": "9223372036854775807"})

    assert response.status_code == 409
    assert response.json()["code"] == "POSITION_RESET"


@pytest.mark.parametrize("position", ["", "-1", "1.5", "one", "+1", "9223372036854775808", "٣"])
async def test_what_is_no_position_is_refused(client: AsyncClient, position: str) -> None:
    headers = {"X-Forge-Min-Position": position.encode()}
    for path in (DOCUMENTS, f"{DOCUMENTS}/{'0' * 32}", FOLDERS):
        response = await client.get(path, headers=headers)  # type: ignore[arg-type]  # bytes as they are
        assert response.status_code == 400
        assert response.json()["code"] == "INVALID_POSITION"


@pytest.mark.usefixtures("_impatient")
async def test_a_late_model_is_said_to_be_late_until_it_has_caught_up(
    pristine: Service, writer: AsyncClient, reader: AsyncClient
) -> None:
    async with hold_models(pristine, MODEL):
        written = await writer.post(DOCUMENTS, json=NEW)
        for client in (writer, reader):
            early = await client.get(written.headers["location"], headers=_having_seen(written))
            assert early.status_code == 503
            assert early.json()["code"] == "NOT_YET_VISIBLE"
            assert int(early.headers["retry-after"]) > 0

    async def visible() -> bool:
        found = await reader.get(written.headers["location"], headers=_having_seen(written))
        return found.status_code == 200 and found.json() == written.json()

    await eventually(visible)


@pytest.mark.usefixtures("_impatient")
async def test_a_recorded_write_is_a_success_though_its_model_is_late(
    pristine: Service, writer: AsyncClient
) -> None:
    known = await create(writer, name="known before")
    document = f"{DOCUMENTS}/{known}"
    async with hold_models(pristine, MODEL, "folders"):
        created = await writer.post(DOCUMENTS, json=NEW | {"folder": "new"})
        renamed = await writer.put(document, json={"name": "renamed", "folder": "newer"})
        replaced = await writer.put(f"{document}/content", json={"content": [2]})
        same = await writer.put(document, json={"name": "renamed"})
        trashed = await writer.delete(document)
        restored = await writer.post(f"{document}/restore")

    assert created.status_code == 201
    assert created.json()["document"]["name"] == NEW["name"]
    assert renamed.status_code == 200
    assert renamed.json()["document"]["name"] == "renamed"
    assert renamed.headers["etag"] == '"3"'
    assert replaced.json() == {"success": True, "fileSize": 3}
    assert same.json()["document"]["fileSize"] == 3
    assert same.headers["etag"] == '"4"'
    assert sorted(trashed.json()) == ["deleted", "purgeAt", "success"]
    assert restored.json() == {"success": True, "deleted": False}
    found = await writer.get(document, headers=_having_seen(restored))
    assert found.json() == same.json()


def _having_seen(response: Response) -> dict[str, str]:
    return {"X-Forge-Min-Position": response.headers["x-forge-position"]}
