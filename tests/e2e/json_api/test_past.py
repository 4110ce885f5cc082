"""Documents and folders as of a time or a position."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from httpx import AsyncClient

from domain.documents.document import RETENTION
from scripts.composition.backend import Backend
from tests.support.clocks import Clock
from tests.support.json_api.documents import DOCUMENTS, TEXT, create
from tests.support.json_api.envelopes import assert_refused
from tests.support.json_api.histories import position_of
from tests.support.servers.databases import Databases
from tests.support.servers.postgres_and_valkey import Servers
from tests.support.service.backends import SECRETS, Failures
from tests.support.service.web import Service, running_service

pytestmark = pytest.mark.anyio

HOUR: Final = timedelta(hours=1)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
async def service(databases: Databases, servers: Servers, clock: Clock) -> AsyncIterator[Service]:
    """Run a service whose time passes when a test says so."""
    with databases.migrated() as database:
        backend = Backend(database.app, SECRETS, Failures(), clock)
        async with running_service(database, servers.redis_url, backend) as service:
            yield service


async def test_a_document_is_read_as_of_a_time(client: AsyncClient, clock: Clock) -> None:
    clock.advance(HOUR)
    created, document = clock(), f"{DOCUMENTS}/{await create(client, name='first')}"
    clock.advance(HOUR)
    await client.put(document, json={"name": "second"})
    await client.put(f"{document}/content", json={"content": 2})
    clock.advance(HOUR)
    await client.put(f"{document}/content", json={"content": 3})

    async def seen(after: timedelta) -> tuple[str, str]:
        moment = {"asOf": _iso(created + after)}
        found = (await client.get(document, params=moment)).json()["document"]
        return found["name"], (await client.get(f"{document}/content", params=moment)).text

    assert await seen(timedelta()) == ("first", TEXT)
    assert await seen(HOUR - timedelta(microseconds=1)) == ("first", TEXT)
    assert await seen(HOUR) == ("second", "2")
    assert await seen(5 * HOUR) == ("second", "3")
    early = {"asOf": _iso(created - timedelta(microseconds=1))}
    for path in (document, f"{document}/content"):
        assert_refused(await client.get(path, params=early), "DOCUMENT_NOT_FOUND", status=404)


async def test_a_time_may_be_given_in_any_zone(client: AsyncClient, clock: Clock) -> None:
    clock.advance(HOUR)
    document = f"{DOCUMENTS}/{await create(client, name='first')}"
    moment = clock().replace(tzinfo=None)
    clock.advance(HOUR)
    await client.put(document, json={"name": "second"})

    told = (
        moment.isoformat(),
        f"{moment.isoformat()}Z",
        f"{(moment + 2 * HOUR).isoformat()}+02:00",
        f"{(moment - HOUR).isoformat()}-01:00",
    )
    for as_of in told:
        found = await client.get(document, params={"asOf": as_of})
        assert found.json()["document"]["name"] == "first", as_of


async def test_a_list_of_the_past_knows_what_lay_where(client: AsyncClient) -> None:
    moved, trashed, purged = [
        await create(client, name=name, folder="then") for name in ("moved", "trashed", "purged")
    ]
    then = {"asOf": f"@{await position_of(client, f'{DOCUMENTS}/{purged}')}"}
    await client.put(f"{DOCUMENTS}/{moved}", json={"folder": "now", "name": "renamed"})
    for document_id in (trashed, purged):
        await client.delete(f"{DOCUMENTS}/{document_id}")
    late = await create(client, folder="then")

    assert await _names(client, folder="then", **then) == ["purged", "trashed", "moved"]
    assert await _names(client, **then) == ["purged", "trashed", "moved"]
    assert await _names(client, folder="now", **then) == []
    assert await _ids(client, folder="then") == [late]

    await client.post(f"{DOCUMENTS}/{purged}/purge")
    assert await _names(client, folder="then", **then) == ["trashed", "moved"]
    for part in ("", "/content"):
        gone = await client.get(f"{DOCUMENTS}/{purged}{part}", params=then)
        assert_refused(gone, "DOCUMENT_NOT_FOUND", status=404)


async def test_a_folder_that_was_not_yet_there_is_empty_in_the_past(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client, folder=None)}"
    then = f"@{await position_of(client, document)}"
    await client.put(document, json={"folder": "later"})

    assert await _ids(client, folder="later", asOf=then) == []
    assert await _ids(client, folder="later") == await _ids(client, asOf=then)


async def test_what_was_in_the_trash_then_is_in_no_list_of_then(client: AsyncClient) -> None:
    document_id = await create(client)
    document = f"{DOCUMENTS}/{document_id}"
    await client.delete(document)
    then = {"asOf": f"@{await position_of(client, document)}"}
    await client.post(f"{document}/restore")

    assert await _ids(client, **then) == []
    assert_refused(await client.get(document, params=then), "DOCUMENT_NOT_FOUND", status=404)
    assert await _ids(client) == [document_id]


async def test_pages_of_a_past_list_go_on_in_the_same_past(client: AsyncClient) -> None:
    created = [await create(client) for _ in range(5)]
    position = await position_of(client, f"{DOCUMENTS}/{created[-1]}")
    params: dict[str, Any] = {"asOf": f"@{position}", "limit": 2}
    first = (await client.get(DOCUMENTS, params=params)).json()
    await client.delete(f"{DOCUMENTS}/{created[0]}")
    await create(client)

    seen, cursor = [document["id"] for document in first["documents"]], first["nextCursor"]
    while cursor:
        page = (await client.get(DOCUMENTS, params={"limit": 2, "cursor": cursor})).json()
        seen += [document["id"] for document in page["documents"]]
        cursor = page["nextCursor"]

    assert seen == created[::-1]


async def test_the_trash_is_purged_thirty_days_after_to_the_millisecond(
    client: AsyncClient, clock: Clock
) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"
    clock.advance(HOUR)

    trashed = await client.delete(document)

    assert trashed.json()["purgeAt"] == int((clock() + RETENTION).timestamp() * 1000)


async def _ids(client: AsyncClient, **params: str) -> list[str]:
    listed = (await client.get(DOCUMENTS, params=params)).json()["documents"]
    return [document["id"] for document in listed]


async def _names(client: AsyncClient, **params: str) -> list[str]:
    listed = (await client.get(DOCUMENTS, params=params)).json()["documents"]
    return [document["name"] for document in listed]


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
