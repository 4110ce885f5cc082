"""Versions of a document and differences between them, in the trash and out of it."""

from typing import Any, Final

import pytest
from httpx import AsyncClient

from tests.support.json_api.envelopes import assert_refused
from tests.support.json_api.histories import events_of, position_of, versioned_document

pytestmark = pytest.mark.anyio

NUMBERS: Final = {"from": "1", "to": "3"}


@pytest.fixture
async def versioned(client: AsyncClient) -> str:
    return await versioned_document(client)


async def test_versions_are_paged_newest_first(client: AsyncClient, versioned: str) -> None:
    everything = (await client.get(f"{versioned}/versions")).json()
    pages, cursor = list[Any](), None
    for _ in range(3):
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{versioned}/versions", params=params)).json()
        pages += page["versions"]
        cursor = page["nextCursor"]

    assert [version["version"] for version in pages] == [3, 2, 1]
    assert pages == everything["versions"]
    assert cursor is None
    assert [version["current"] for version in pages] == [True, False, False]


async def test_a_version_is_found_by_its_number(client: AsyncClient, versioned: str) -> None:
    second = (await client.get(f"{versioned}/versions/2")).json()["version"]

    assert (second["version"], second["fileSize"], second["current"]) == (2, 7, False)
    assert second["createdBy"].startswith("key:")
    assert len(second["digest"]) == 64
    assert (await client.get(f"{versioned}/versions/2/content")).content == b'{"a":2}'
    for number in ("0", "4"):
        for part in ("", "/content"):
            missing = await client.get(f"{versioned}/versions/{number}{part}")
            assert missing.status_code == 404
            assert missing.json()["code"] == "VERSION_NOT_FOUND"


@pytest.mark.parametrize(
    ("numbers", "patch"),
    [
        (
            (1, 3),
            [{"op": "replace", "path": "/a", "value": 2}, {"op": "add", "path": "/b", "value": []}],
        ),
        ((3, 1), [{"op": "replace", "path": "/a", "value": 1}, {"op": "remove", "path": "/b"}]),
        ((2, 2), []),
    ],
)
async def test_a_difference_goes_either_way(
    client: AsyncClient, versioned: str, numbers: tuple[int, int], patch: list[Any]
) -> None:
    old, new = numbers

    diff = (await client.get(f"{versioned}/diff", params={"from": old, "to": new})).json()

    assert (diff["success"], diff["from"], diff["to"]) == (True, old, new)
    assert sorted(diff["patch"], key=lambda operation: str(operation["path"])) == patch


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"from": "1", "to": "4"}, 404, "VERSION_NOT_FOUND"),
        ({"from": "0", "to": "1"}, 404, "VERSION_NOT_FOUND"),
        ({"from": "1"}, 400, "INVALID_VERSION"),
        ({"to": "1"}, 400, "INVALID_VERSION"),
        ({"from": "one", "to": "2"}, 400, "INVALID_VERSION"),
        ({"from": "-1", "to": "2"}, 400, "INVALID_VERSION"),
    ],
)
async def test_a_difference_needs_two_versions_that_are_there(
    client: AsyncClient, versioned: str, params: dict[str, str], status: int, code: str
) -> None:
    assert_refused(await client.get(f"{versioned}/diff", params=params), code, status=status)


async def test_what_was_overwritten_is_gone_from_the_past_as_well(
    client: AsyncClient, versioned: str
) -> None:
    before = await position_of(client, versioned)
    await client.put(f"{versioned}/content", json={"content": 4, "createVersion": False})

    past = await client.get(f"{versioned}/content", params={"asOf": f"@{before}"})

    assert_refused(past, "CONTENT_ERASED", status=404)
    assert (await client.get(f"{versioned}/versions/3/content")).content == b"4"
    assert (await client.get(f"{versioned}/diff", params=NUMBERS)).status_code == 200


async def test_an_etag_of_the_past_is_that_of_the_past(client: AsyncClient, versioned: str) -> None:
    then = {"asOf": f"@{await position_of(client, versioned, 1)}"}

    for path in (versioned, f"{versioned}/content"):
        found = await client.get(path, params=then)
        known = await client.get(path, params=then, headers={"If-None-Match": '"1"'})
        assert found.headers["etag"] == '"1"'
        assert known.status_code == 304


async def test_a_restored_document_is_as_it_was(client: AsyncClient, versioned: str) -> None:
    before = (await client.get(versioned)).json()
    trashed = await client.delete(versioned)
    for part in ("", "/content", "/versions", "/versions/1", "/versions/1/content"):
        assert_refused(await client.get(versioned + part), "DOCUMENT_NOT_FOUND", status=404)

    restored = await client.post(f"{versioned}/restore")
    again = await client.post(f"{versioned}/restore")

    assert trashed.json()["purgeAt"] > before["document"]["createdAt"]
    assert restored.json() == {"success": True, "deleted": False}
    assert_refused(again, "NOT_DELETED")
    assert (await client.get(versioned)).json() == before
    assert len((await client.get(f"{versioned}/versions")).json()["versions"]) == 3


async def test_what_is_purged_stays_purged(client: AsyncClient, versioned: str) -> None:
    await client.delete(versioned)
    await client.post(f"{versioned}/purge")

    for response in (
        await client.post(f"{versioned}/purge"),
        await client.post(f"{versioned}/restore"),
        await client.delete(versioned),
        await client.put(versioned, json={"name": "n"}),
        await client.put(f"{versioned}/content", json={"content": 1}),
        await client.get(f"{versioned}/versions"),
        await client.get(f"{versioned}/diff", params=NUMBERS),
    ):
        assert_refused(response, "DOCUMENT_NOT_FOUND", status=404)
    assert len(await events_of(client, versioned)) == 5
