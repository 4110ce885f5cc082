"""The event feed in pages: complete, in order, filtered, and within the reader's scopes."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from httpx import AsyncClient

from domain.identity.organisations import LOCAL
from tests.support.feed.feed import EVENTS, end_of_log, read
from tests.support.json_api.documents import DOCUMENTS, TEXT, create
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

STORY: Final = [
    "folder.created",
    "folder.created",
    "document.created",
    "document.version_added",
    "document.relabelled",
    "document.moved",
    "document.trashed",
    "document.restored",
]


@pytest.fixture
async def story(client: AsyncClient) -> str:
    """Have a document go through all that does not end it, and return its id."""
    document_id = await create(client)
    document = f"{DOCUMENTS}/{document_id}"
    await client.put(f"{document}/content", json={"content": [1]})
    await client.put(document, json={"name": "renamed"})
    await client.put(document, json={"folder": None})
    await client.delete(document)
    await client.post(f"{document}/restore")
    return document_id


async def test_everything_comes_once_and_in_order_whatever_the_size_of_pages(
    client: AsyncClient, story: str
) -> None:
    assert story
    whole = [*await read(client, types="document.*,folder.*")]

    assert [event["type"] for event in whole] == STORY
    positions = [event["position"] for event in whole]
    assert positions == sorted(set(positions))
    for limit in (1, 3, 100):
        assert [*await read(client, types="document.*,folder.*", limit=limit)] == whole


async def test_an_event_says_what_happened_to_what_and_when(
    client: AsyncClient, story: str
) -> None:
    moved = [event for event in await read(client) if event["type"] == "document.moved"]
    [created] = await read(client, types="document.created")

    assert moved[0]["data"] == {"documentId": story, "folderId": None}
    assert created["stream"] == f"document-{story}"
    assert created["timestamp"].endswith("Z")
    folder_id = created["data"].pop("folderId")
    assert created["data"] == {
        "documentId": story,
        "name": "customer-records",
        "description": "Imported customer records",
        "tags": ["crm", "import"],
        "fileSize": len(TEXT),
    }
    folders = await read(client, types="folder.created")
    assert folder_id == folders[-1]["data"]["folderId"]


async def test_next_stays_the_same_at_the_end_and_goes_on_from_there(client: AsyncClient) -> None:
    await create(client)
    end = await end_of_log(client)

    again = (await client.get(EVENTS, params={"after": end})).json()
    assert again == {"events": [], "next": end}

    document_id = await create(client)
    page = (await client.get(EVENTS, params={"after": end})).json()
    assert [event["stream"] for event in page["events"]] == [f"document-{document_id}"]


async def test_a_page_at_a_position_includes_the_write_there(client: AsyncClient) -> None:
    latest = (await client.get(EVENTS, params={"after": "latest"})).json()
    created = await client.post(DOCUMENTS, json={"name": "n", "content": 1})
    position = int(created.headers["x-forge-position"])

    page = await client.get(
        EVENTS,
        params={"after": latest["next"]},
        headers={"X-Forge-Min-Position": str(position)},
    )

    assert latest["events"] == []
    assert page.json()["events"][-1]["position"] == position
    assert page.headers["vary"] == "accept"


async def test_a_stream_filter_returns_that_stream_alone(client: AsyncClient, story: str) -> None:
    other = await create(client)

    events = await read(client, stream=f"document-{story}", limit=2)
    assert [event["type"] for event in events] == STORY[2:]
    events = await read(client, stream=f"document-{story}", types="document.restored")
    assert [event["type"] for event in events] == ["document.restored"]
    assert len(await read(client, stream=f"document-{other}")) == 1


async def test_pages_with_nothing_to_see_make_progress(
    client: AsyncClient, rival: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.feed.history.WINDOW", 2)
    await end_of_log(client)
    for _ in range(12):
        await create(rival)
    document_id = await create(client)

    found = await read(client, limit=1, types="document.created")

    assert [event["stream"] for event in found] == [f"document-{document_id}"]


async def test_another_organisations_stream_is_as_missing_as_none(
    client: AsyncClient, rival: AsyncClient
) -> None:
    theirs = f"document-{await create(rival)}"
    await rival.put(f"{DOCUMENTS}/{theirs.removeprefix('document-')}/content", json={"content": 2})

    for params in ({}, {"limit": 1}, {"types": "document.*"}, {"after": 1}):
        asked: Mapping[str, Any] = params
        foreign = await client.get(EVENTS, params={"stream": theirs, **asked})
        missing = await client.get(EVENTS, params={"stream": "document-none", **asked})
        assert foreign.content == missing.content
        assert foreign.json()["events"] == []
    assert len(await read(rival, stream=theirs)) == 2


async def test_nothing_of_another_organisation_is_ever_shown(
    service: Service, client: AsyncClient, rival: AsyncClient
) -> None:
    own, foreign = await create(client), await create(rival)
    async with service.client(LOCAL, "ops", "audit", "documents") as operator:
        for reader in (client, operator):
            assert foreign not in str(await read(reader))
    assert own in str(await read(client))


async def test_a_key_sees_what_its_scopes_allow(service: Service) -> None:
    org = fresh_name()
    async with (
        service.client(org, "documents") as writer,
        service.client(org, "audit") as auditor,
        service.client(org, "utilities") as neither,
        service.client(org) as both,
    ):
        await create(writer)
        kinds = {
            reader: {event["type"].partition(".")[0] for event in await read(client)}
            for reader, client in {
                "writer": writer,
                "auditor": auditor,
                "neither": neither,
                "both": both,
            }.items()
        }

    assert kinds == {
        "writer": {"document", "folder"},
        "auditor": {"key", "organisation"},
        "neither": set(),
        "both": {"document", "folder", "key", "organisation"},
    }


async def test_a_purged_document_is_sent_without_its_texts(client: AsyncClient, story: str) -> None:
    await client.delete(f"{DOCUMENTS}/{story}")
    await client.post(f"{DOCUMENTS}/{story}/purge")

    events = await read(client, types="document.*,erasure.*")
    told = str([event for event in events if event["stream"] == f"document-{story}"])

    assert events[-1]["type"] == "erasure.certified"
    for text in ("customer-records", "renamed", "crm", "Imported"):
        assert text not in told


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"after": "-1"}, "INVALID_PLACE"),
        ({"after": "soon"}, "INVALID_PLACE"),
        ({"after": "1.5"}, "INVALID_PLACE"),
        ({"limit": "0"}, "INVALID_PAGING"),
        ({"limit": "101"}, "INVALID_PAGING"),
        ({"types": "document.levitated"}, "UNKNOWN_EVENT_TYPE"),
        ({"types": ""}, "UNKNOWN_EVENT_TYPE"),
        ({"types": "doc*"}, "UNKNOWN_EVENT_TYPE"),
        ({"types": "*.created"}, "UNKNOWN_EVENT_TYPE"),
        ({"stream": "a\0b"}, "INVALID_PARAMETER"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    client: AsyncClient, params: dict[str, str], code: str
) -> None:
    response = await client.get(EVENTS, params=params)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == code


async def test_a_position_beyond_the_log_is_reset(client: AsyncClient) -> None:
    beyond = {"after": str(2**40)}
    headers = {"X-Forge-Min-Position": str(2**40)}

    for response in (
        await client.get(EVENTS, params=beyond),
        await client.get(EVENTS, params={**beyond, "stream": "document-none"}),
        await client.get(EVENTS, headers=headers),
    ):
        assert response.status_code == 409
        assert response.json()["error"]["code"] == "POSITION_RESET"


async def test_the_types_are_listed_with_a_schema_each(client: AsyncClient) -> None:
    types = {each["type"]: each for each in (await client.get("/events/types")).json()["types"]}

    assert types["document.created"]["scope"] == "documents"
    schema = types["document.created"]["schema"]
    assert schema["$ref"] in "#/$defs/DocumentCreatedData"
    assert schema["$defs"]["DocumentCreatedData"]["properties"]["fileSize"] == {"type": "integer"}
