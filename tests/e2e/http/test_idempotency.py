"""Idempotency-Key: a repeated request acts once and gets the first response again."""

import asyncio
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response

from tests.support.json_api.documents import DOCUMENTS, NEW, create
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

ONCE: Final = {"Idempotency-Key": "import-7"}
OTHER: Final = {"name": "another", "content": 1}
ANSWER: Final = "SELECT body FROM answers WHERE owner = %b"
KEYS: Final = """
    SELECT a.key FROM answers a JOIN models.api_keys k ON k.id = a.caller
    JOIN models.organisations o ON o.id = k.org_id WHERE o.name = %b
"""
KEPT: Final = ("location", "etag", "content-type", "content-length", "x-forge-position")


async def test_a_repeated_creation_replays_the_first_answer(client: AsyncClient) -> None:
    first = await _post(client, NEW)
    again = await _post(client, NEW)

    assert first.status_code == 201
    assert again.status_code == 201
    assert again.content == first.content
    assert {name: again.headers[name] for name in KEPT} == {
        name: first.headers[name] for name in KEPT
    }
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(await _listed(client)) == 1


async def test_a_response_is_replayed_unchanged_after_later_writes(
    client: AsyncClient,
) -> None:
    first = await _post(client, NEW)
    await client.put(first.headers["location"], json={"name": "renamed since"})

    again = await _post(client, NEW)

    assert again.content == first.content


async def test_another_body_or_place_under_the_same_key_is_refused(client: AsyncClient) -> None:
    document = (await _post(client, NEW)).headers["location"]
    await client.delete(document)

    other_body = await _post(client, OTHER)
    other_spelling = await client.post(
        DOCUMENTS,
        content=b'{"name":  "other spelling", "content": 1}',
        headers={**ONCE, "Content-Type": "application/json"},
    )
    other_place = await client.post(f"{document}/restore", headers=ONCE)

    for response in (other_body, other_spelling, other_place):
        assert response.status_code == 422
        assert response.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await client.get(document)).status_code == 404


async def test_concurrent_duplicates_act_once_and_all_get_the_response(
    client: AsyncClient,
) -> None:
    responses = await asyncio.gather(*(_post(client, NEW) for _ in range(16)))

    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    acted = [r for r in responses if "idempotency-replayed" not in r.headers]
    assert len(acted) == 1
    [document] = await _listed(client)
    history = (await client.get(f"/audit/documents/{document['id']}")).json()["events"]
    assert [event["type"] for event in history] == ["document.created"]


async def test_a_key_is_its_callers_own(service: Service) -> None:
    org = fresh_name()
    async with service.client(org) as one, service.client(org) as another:
        mine, theirs = await _post(one, NEW), await _post(another, OTHER)

    assert mine.status_code == 201
    assert theirs.status_code == 201
    assert mine.json()["document"]["id"] != theirs.json()["document"]["id"]


@pytest.mark.parametrize("key", ["a", "x" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "a b ~"])
async def test_a_key_is_any_short_printable_text(client: AsyncClient, key: str) -> None:
    responses = [await _post(client, NEW, key) for _ in range(2)]

    assert [response.status_code for response in responses] == [201, 201]
    assert responses[1].headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("key", [b"", b"x" * 256, "schlüssel".encode(), b"a\tb", b"caf\xe9"])
async def test_what_is_no_key_is_refused_and_nothing_done(client: AsyncClient, key: bytes) -> None:
    response = await client.post(DOCUMENTS, json=NEW, headers={b"Idempotency-Key": key})

    assert response.status_code == 400
    assert response.json()["code"] == "INVALID_IDEMPOTENCY_KEY"
    assert await _listed(client) == []


async def test_restoring_and_purging_happen_once(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"
    await client.delete(document)
    restored = [await _keyed(client, f"{document}/restore", "r") for _ in range(2)]
    await client.delete(document)
    late = await _keyed(client, f"{document}/restore", "r")
    purged = [await _keyed(client, f"{document}/purge", "p") for _ in range(2)]

    for answers in (restored, purged):
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["idempotency-replayed"] == "true"
        assert answers[0].headers["x-forge-position"] == answers[1].headers["x-forge-position"]
    assert late.headers["idempotency-replayed"] == "true"


async def test_a_purge_erases_the_answer_too(client: AsyncClient, service: Service) -> None:
    document = (await _post(client, NEW)).headers["location"]
    owner = f"document-{document.rpartition('/')[2]}"
    [(kept,)] = await service.backend.kernel.select(ANSWER, (owner,))
    assert kept
    assert NEW["name"].encode() not in kept  # type: ignore[attr-defined]  # a name is a text
    await client.delete(document)
    await client.post(f"{document}/purge")

    again = await _post(client, NEW)

    assert await service.backend.kernel.select(ANSWER, (owner,)) == [(None,)]
    assert again.status_code == 404
    assert again.json()["code"] == "DOCUMENT_NOT_FOUND"
    assert await _listed(client) == []


@pytest.mark.parametrize(
    "refused",
    [
        {"name": "n", "contentText": "{"},
        {"name": "", "content": 1},
        {"name": "n"},
        {"name": "n", "content": 1, "folder": "a//b"},
    ],
)
async def test_a_refusal_leaves_the_key_free(service: Service, refused: dict[str, Any]) -> None:
    org = fresh_name()
    async with service.client(org) as client:
        assert (await _post(client, refused)).status_code == 400
        assert await service.backend.kernel.select(KEYS, (org,)) == []

        corrected = await _post(client, OTHER)

    assert corrected.status_code == 201
    assert "idempotency-replayed" not in corrected.headers


async def test_a_decision_against_the_request_leaves_the_key_free(service: Service) -> None:
    org = fresh_name()
    async with service.client(org) as client:
        document = f"{DOCUMENTS}/{await create(client)}"
        early = await _keyed(client, f"{document}/purge", "p")
        assert await service.backend.kernel.select(KEYS, (org,)) == []
        await client.delete(document)

        purged = await _keyed(client, f"{document}/purge", "p")

    assert early.status_code == 400
    assert purged.status_code == 200


async def _post(
    client: AsyncClient, body: dict[str, Any], key: str = ONCE["Idempotency-Key"]
) -> Response:
    return await client.post(DOCUMENTS, json=body, headers={"Idempotency-Key": key})


async def _keyed(client: AsyncClient, path: str, key: str) -> Response:
    return await client.post(path, headers={"Idempotency-Key": key})


async def _listed(client: AsyncClient) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = (await client.get(DOCUMENTS)).json()["documents"]
    return documents
