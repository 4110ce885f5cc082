"""The trash, restores, and what stays readable of the past."""

import pytest
from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS, NEW, TEXT, create
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio


async def test_the_trash_holds_a_document_for_thirty_days(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"
    early = await client.post(f"{document}/purge")

    trashed = await client.delete(document)
    again = await client.delete(document)

    assert early.status_code == 400
    assert early.json()["code"] == "NOT_DELETED"
    assert sorted(trashed.json()) == ["deleted", "purgeAt", "success"]
    assert again.status_code == 404
    assert (await client.get(document)).status_code == 404
    history = (await client.get(f"/audit/documents/{document.rpartition('/')[2]}")).json()
    recorded = history["events"][-1]
    assert recorded["type"] == "document.trashed"


async def test_a_document_comes_back_from_the_trash(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"
    await client.delete(document)

    restored = await client.post(f"{document}/restore")

    assert restored.json() == {"success": True, "deleted": False}
    assert (await client.get(f"{document}/content")).text == TEXT


async def test_purging_erases_the_content_and_keeps_the_history(
    client: AsyncClient, service: Service
) -> None:
    document_id = await create(client)
    document = f"{DOCUMENTS}/{document_id}"
    await client.delete(document)

    purged = await client.post(f"{document}/purge")

    assert purged.json() == {"success": True, "deleted": True, "permanent": True}
    contents = "SELECT 1 FROM contents WHERE owner = %b"
    assert await service.backend.kernel.select(contents, (f"document-{document_id}",)) == []
    summaries = "SELECT 1 FROM models.document_summaries WHERE id = %b"
    assert await service.backend.kernel.select(summaries, (document_id,)) == []
    history = (await client.get(f"/audit/documents/{document_id}")).json()["events"]
    assert [event["type"] for event in history] == [
        "document.created",
        "document.trashed",
        "document.purged",
    ]
    for path in (document, f"{document}/content", f"{document}/versions"):
        assert (await client.get(path)).status_code == 404


async def test_the_past_can_be_read(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client, name='before')}"
    audit = (await client.get(f"/audit/documents/{document[-32:]}")).json()
    then = f"@{audit['events'][0]['position']}"
    await client.put(document, json={"name": "after"})
    await client.put(f"{document}/content", json={"content": 1})
    await client.delete(document)

    past = {"asOf": then}
    assert (await client.get(document, params=past)).json()["document"]["name"] == "before"
    assert (await client.get(f"{document}/content", params=past)).text == TEXT
    listed = (await client.get(DOCUMENTS, params=past)).json()["documents"]
    assert [found["name"] for found in listed] == ["before"]
    assert (await client.get(DOCUMENTS, params={"asOf": "@0"})).json()["documents"] == []


async def test_an_audit_says_who_what_when_and_from_which_request(client: AsyncClient) -> None:
    response = await client.post(DOCUMENTS, json=NEW, headers={"X-Request-Id": "request-7"})
    document_id = response.json()["document"]["id"]

    [event] = (await client.get(f"/audit/documents/{document_id}")).json()["events"]

    assert response.headers["x-request-id"] == "request-7"
    assert (event["requestId"], event["actor"]["kind"]) == ("request-7", "key")
    assert event["position"] == int(response.headers["x-forge-position"])
    assert event["data"]["label"]["name"] == "customer-records"
    assert TEXT not in str(event)


async def test_folders_come_to_be_with_what_is_written_to_them(client: AsyncClient) -> None:
    await create(client, folder="Uploads/2026/März")

    async def children(**params: str) -> object:
        return (await client.get("/api/v1/folders", params=params)).json()["folders"]

    assert await children() == [{"name": "Uploads", "path": "Uploads"}]
    assert await children(parent="Uploads/2026") == [{"name": "März", "path": "Uploads/2026/März"}]
    assert await children(path="Uploads") == [{"name": "2026", "path": "Uploads/2026"}]
    assert await children(parent="uploads") == []
