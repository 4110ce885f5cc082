"""Runs on stored documents, and runs that write one (wire.md, json_api)."""

import pytest
from httpx import AsyncClient

from domain.identity.scopes import Scope
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.json_api.pipelines import IN, OUT, create_pipeline, graph, run_pipeline, step
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

ADA = {"customer_name": "Ada Lovelace"}
SORTS = step("sorts", "structure.sort", {"by": "n"})


async def test_a_stored_document_is_run_on_and_written_back(client: AsyncClient) -> None:
    text = '[{"n": 2}, {"n": 1}]'
    document_id = await create(client, name="orders", folder="in", contentText=text)
    back = {**OUT, "document": {"folder": "in", "name": "orders"}}
    made = graph([IN, SORTS, back], ["input_1 > sorts", "sorts > output_1"])
    path = await create_pipeline(client, made)

    response = await run_pipeline(client, path, {"$document": document_id})
    content = await client.get(f"{DOCUMENTS}/{document_id}/content")
    versions = (await client.get(f"{DOCUMENTS}/{document_id}/versions")).json()["versions"]
    one = (await client.get(f"{path}/runs/{response.json()['runId']}")).json()["run"]

    assert response.json()["output"] == content.json() == [{"n": 1}, {"n": 2}]
    assert response.json()["document"] == {"id": document_id}
    assert one["document"] == {"id": document_id}
    assert [version["version"] for version in versions] == [2, 1]
    assert one["inputs"]["size"] < 100


async def test_a_run_creates_its_document(client: AsyncClient) -> None:
    written = {**OUT, "document": {"folder": "out/new", "name": "result"}}
    path = await create_pipeline(client, graph([IN, written], ["input_1 > output_1"]))
    first = (await run_pipeline(client, path, {"x": [1]})).json()
    second = (await run_pipeline(client, path, {"x": [2]})).json()

    assert first["document"] == second["document"]
    listed = (await client.get(DOCUMENTS, params={"folder": "out/new"})).json()["documents"]
    assert [(each["id"], each["name"]) for each in listed] == [(first["document"]["id"], "result")]
    content = await client.get(f"{DOCUMENTS}/{first['document']['id']}/content")
    assert content.json() == [2]


async def test_an_unknown_or_foreign_document_is_missing(
    client: AsyncClient, rival: AsyncClient
) -> None:
    path = await create_pipeline(client)
    theirs = await create(rival)
    for named in (theirs, "0" * 32):
        response = await run_pipeline(client, path, {"default": {"$document": named}})
        assert response.status_code == 404
        assert response.json()["code"] == "DOCUMENT_NOT_FOUND"


async def test_documents_need_their_scope(service: Service) -> None:
    async with service.client(fresh_name(), Scope.PIPELINES.value) as client:
        plain = await create_pipeline(client)
        writes = {**OUT, "document": {"name": "d"}}
        writing = await create_pipeline(client, graph([IN, writes], ["input_1 > output_1"]))
        read = await run_pipeline(client, plain, {"$document": "0" * 32})
        wrote = await run_pipeline(client, writing, {"x": 1})
        fine = await run_pipeline(client, plain, {"x": ADA})

    assert [each.status_code for each in (read, wrote, fine)] == [403, 403, 200]
