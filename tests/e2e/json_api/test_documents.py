"""Documents as seed 002 shows them, over HTTP against the real servers."""

import pytest
from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS, NEW, TEXT, create
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio


async def test_a_document_is_created_as_the_seed_shows(client: AsyncClient) -> None:
    response = await client.post(DOCUMENTS, json=NEW)

    document = response.json()["document"]
    assert response.status_code == 201
    assert response.json()["success"] is True
    assert document == {
        "id": document["id"],
        "name": "customer-records",
        "title": "customer-records",
        "description": "Imported customer records",
        "tags": ["crm", "import"],
        "folderId": document["folderId"],
        "fileSize": len(TEXT),
        "createdAt": document["createdAt"],
        "updatedAt": document["createdAt"],
    }
    assert response.headers["location"] == f"{DOCUMENTS}/{document['id']}"
    assert response.headers["etag"] == '"1"'
    assert int(response.headers["x-forge-position"]) > 0
    assert (await client.get(f"{DOCUMENTS}/{document['id']}")).json()["document"] == document


async def test_what_is_absent_is_left_out(client: AsyncClient) -> None:
    response = await client.post(DOCUMENTS, json={"name": "bare", "content": None})

    assert sorted(response.json()["document"]) == [
        "createdAt",
        "fileSize",
        "id",
        "name",
        "tags",
        "title",
        "updatedAt",
    ]
    assert response.json()["document"]["fileSize"] == len("null")


async def test_a_document_is_listed_the_moment_it_is_created(client: AsyncClient) -> None:
    first, second = await create(client), await create(client, folder=None)

    listed = (await client.get(DOCUMENTS)).json()
    in_folder = (await client.get(DOCUMENTS, params={"folder": "imports/2026"})).json()
    nowhere = (await client.get(DOCUMENTS, params={"folder": "Imports/2026"})).json()

    assert [document["id"] for document in listed["documents"]] == [second, first]
    assert listed["nextCursor"] is None
    assert [document["id"] for document in in_folder["documents"]] == [first]
    assert nowhere == {"success": True, "documents": [], "nextCursor": None}


async def test_pages_follow_one_another_without_gap_or_repeat(client: AsyncClient) -> None:
    created = [await create(client) for _ in range(5)]
    seen, cursor = list[str](), None

    for _ in range(3):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(DOCUMENTS, params=params)).json()
        seen += [document["id"] for document in page["documents"]]
        cursor = page["nextCursor"]

    assert seen == created[::-1]
    assert cursor is None


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"limit": "0"}, "INVALID_LIMIT"),
        ({"limit": "101"}, "INVALID_LIMIT"),
        ({"limit": "ten"}, "INVALID_LIMIT"),
        ({"limit": ""}, "INVALID_LIMIT"),
        ({"cursor": "nonsense"}, "INVALID_CURSOR"),
        ({"cursor": ""}, "INVALID_CURSOR"),
        ({"asOf": "yesterday"}, "INVALID_AS_OF"),
    ],
)
async def test_bad_list_parameters_are_named(
    client: AsyncClient, params: dict[str, str], code: str
) -> None:
    response = await client.get(DOCUMENTS, params=params)

    assert response.status_code == 400
    assert response.json()["code"] == code
    assert response.json()["success"] is False


async def test_content_text_comes_back_to_the_byte(client: AsyncClient) -> None:
    response = await client.get(f"{DOCUMENTS}/{await create(client)}/content")

    assert response.content == TEXT.encode()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-length"] == str(len(TEXT))


async def test_content_is_stored_compact_token_by_token(client: AsyncClient) -> None:
    body = rb'{"name":"n","content": {"b" : 1e999, "a": [1.10, 1], "b":"\ud800 \u0000"} }'
    headers = {"Content-Type": "application/json"}

    created = await client.post(DOCUMENTS, content=body, headers=headers)
    document_id = created.json()["document"]["id"]

    stored = await client.get(f"{DOCUMENTS}/{document_id}/content")
    assert stored.content == rb'{"b":1e999,"a":[1.10,1],"b":"\ud800 \u0000"}'


async def test_replacing_content_adds_a_version(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"

    replaced = await client.put(f"{document}/content", json={"content": [2]})
    versions = (await client.get(f"{document}/versions")).json()["versions"]

    assert replaced.json() == {"success": True, "fileSize": 3}
    assert [(v["version"], v["fileSize"], v["current"]) for v in versions] == [
        (2, 3, True),
        (1, len(TEXT), False),
    ]
    assert (await client.get(f"{document}/versions/1/content")).text == TEXT
    assert (await client.get(f"{document}/content")).text == "[2]"


async def test_overwriting_keeps_the_version_and_erases_the_old_bytes(
    client: AsyncClient, service: Service
) -> None:
    document_id = await create(client)
    document = f"{DOCUMENTS}/{document_id}"

    body = {"contentText": "[3]", "createVersion": False}
    assert (await client.put(f"{document}/content", json=body)).status_code == 200

    versions = (await client.get(f"{document}/versions")).json()["versions"]
    assert [(v["version"], v["fileSize"]) for v in versions] == [(1, 3)]
    kept = "SELECT count(*) FROM contents WHERE owner = %b"
    assert await service.backend.kernel.select(kept, (f"document-{document_id}",)) == [(1,)]
    assert (await client.get(f"{document}/content")).text == "[3]"


@pytest.mark.parametrize("text", ['{"legacy": true}', "[1, 2]", "7", '"text"', "null"])
async def test_a_legacy_body_is_the_content_itself(client: AsyncClient, text: str) -> None:
    content = f"{DOCUMENTS}/{await create(client)}/content"
    headers = {"Content-Type": "application/json"}

    assert (await client.put(content, content=text, headers=headers)).status_code == 200

    assert (await client.get(content)).text == text.replace(": ", ":").replace(", ", ",")


async def test_the_difference_of_two_versions_is_a_json_patch(client: AsyncClient) -> None:
    document_id = await create(client, contentText='{"a": 1, "b": [1, 2]}')
    document = f"{DOCUMENTS}/{document_id}"
    await client.put(f"{document}/content", json={"content": {"a": 1.50, "b": [1]}})

    diff = await client.get(f"{document}/diff", params={"from": 1, "to": 2})

    operations = sorted(diff.json()["patch"], key=lambda operation: str(operation["path"]))
    assert operations == [
        {"op": "replace", "path": "/a", "value": 1.5},
        {"op": "remove", "path": "/b/1"},
    ]


async def test_metadata_is_changed_in_part(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"
    before = (await client.get(document)).json()["document"]

    changed = await client.put(document, json={"name": "renamed", "folder": "imports/reviewed"})
    again = await client.put(document, json={"name": "renamed"})

    after = changed.json()["document"]
    assert (after["name"], after["title"], after["tags"]) == ("renamed", "renamed", before["tags"])
    assert after["folderId"] != before["folderId"]
    assert again.json()["document"] == after
    assert changed.headers["etag"] == again.headers["etag"] == '"3"'


@pytest.mark.parametrize("body", [{}, {"nothing": 1}])
async def test_an_update_of_nothing_is_refused(
    client: AsyncClient, body: dict[str, object]
) -> None:
    response = await client.put(f"{DOCUMENTS}/{await create(client)}", json=body)

    assert response.status_code == 400
    assert response.json()["code"] == "NO_UPDATES"
