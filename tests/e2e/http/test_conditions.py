"""ETag, If-Match, If-None-Match and HEAD, as RFC 9110 has them."""

import asyncio
from typing import Final

import pytest
from httpx import AsyncClient, Response

from tests.support.json_api.documents import DOCUMENTS, create

pytestmark = pytest.mark.anyio

VARYING: Final = {"date", "x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset"}
MISSING: Final = f"{DOCUMENTS}/{'0' * 32}"
SAME_BYTES: Final = ('"1"', 'W/"1"', '"7", "1"', '"7",W/"1" ,"8"', "*")
OTHER_BYTES: Final = ('"2"', '"11"', "1", '"', "", '"01"', "W/*", "nonsense")


@pytest.fixture
async def document(client: AsyncClient) -> str:
    return f"{DOCUMENTS}/{await create(client)}"


@pytest.mark.parametrize("part", ["", "/content", "/versions/1/content"])
async def test_what_a_reader_has_is_not_sent_again(
    client: AsyncClient, document: str, part: str
) -> None:
    first = await client.get(document + part)
    assert first.headers["etag"] == '"1"'

    for known in SAME_BYTES:
        for method in ("GET", "HEAD"):
            again = await _if_none_match(client, method, document + part, known)
            assert again.status_code == 304
            assert again.content == b""
            assert again.headers["etag"] == '"1"'
            assert again.headers["cache-control"] == first.headers["cache-control"]
            assert "content-type" not in again.headers


@pytest.mark.parametrize("part", ["", "/content", "/versions/1/content"])
async def test_any_other_tag_is_answered_in_full(
    client: AsyncClient, document: str, part: str
) -> None:
    first = await client.get(document + part)

    for stale in OTHER_BYTES:
        again = await _if_none_match(client, "GET", document + part, stale)
        assert again.status_code == 200
        assert again.content == first.content


async def test_the_etag_follows_every_change_of_the_document(
    client: AsyncClient, document: str
) -> None:
    renamed = await client.put(document, json={"name": "renamed"})
    replaced = await client.put(f"{document}/content", json={"content": 2})
    overwritten = await client.put(
        f"{document}/content", json={"content": 3, "createVersion": False}
    )

    written = [response.headers["etag"] for response in (renamed, replaced, overwritten)]
    assert written == ['"2"', '"3"', '"4"']
    for part in ("", "/content", "/versions/2/content"):
        assert (await client.get(document + part)).headers["etag"] == '"4"'
    assert (await client.get(f"{document}/versions/1/content")).headers["etag"] == '"1"'


async def test_a_missing_document_has_nothing_to_compare(client: AsyncClient) -> None:
    for headers in ({"If-Match": "*"}, {"If-Match": '"1"'}, {"If-None-Match": "*"}):
        assert (await client.get(MISSING, headers=headers)).status_code == 404
        changed = await client.put(MISSING, json={"name": "n"}, headers=headers)
        assert changed.status_code == 404


@pytest.mark.parametrize("current", ['"1"', "*"])
@pytest.mark.parametrize(
    "write",
    [
        ("PUT", "", {"name": "renamed"}),
        ("PUT", "/content", {"content": 2}),
        ("PUT", "/content", {"content": 2, "createVersion": False}),
        ("DELETE", "", None),
    ],
)
async def test_a_write_that_names_the_current_version_is_made(
    client: AsyncClient, document: str, write: tuple[str, str, object], current: str
) -> None:
    method, part, body = write

    response = await client.request(
        method, document + part, json=body, headers={"If-Match": current}
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    "stale", ['"2"', '"0"', '""', '"1x"', '"01"', 'W/"1"', '"' + "9" * 40 + '"']
)
async def test_a_write_that_names_another_version_changes_nothing(
    client: AsyncClient, document: str, stale: str
) -> None:
    headers = {"If-Match": stale}
    for response in (
        await client.put(document, json={"name": "renamed"}, headers=headers),
        await client.put(f"{document}/content", json={"content": 2}, headers=headers),
        await client.delete(document, headers=headers),
        await client.post(f"{document}/purge", headers=headers),
        await client.post(f"{document}/restore", headers=headers),
    ):
        assert response.status_code == 412
        assert response.json()["code"] == "PRECONDITION_FAILED"

    assert (await client.get(document)).headers["etag"] == '"1"'


@pytest.mark.parametrize("nonsense", ["1", "", '"1', "W/1", "**", '"1", "2"', '"1" "2"', '"a"b"'])
async def test_an_if_match_that_is_no_tag_is_refused(
    client: AsyncClient, document: str, nonsense: str
) -> None:
    response = await client.put(document, json={"name": "n"}, headers={"If-Match": nonsense})

    assert response.status_code == 400
    assert response.json()["code"] == "INVALID_IF_MATCH"


async def test_the_trash_has_a_version_too(client: AsyncClient, document: str) -> None:
    await client.delete(document)

    stale = await client.post(f"{document}/restore", headers={"If-Match": '"1"'})
    fresh = await client.post(f"{document}/restore", headers={"If-Match": '"2"'})

    assert stale.status_code == 412
    assert fresh.status_code == 200


async def test_of_writers_that_name_one_version_one_wins(
    client: AsyncClient, document: str
) -> None:
    async def rename(name: str) -> Response:
        return await client.put(document, json={"name": name}, headers={"If-Match": '"1"'})

    responses = await asyncio.gather(*(rename(f"writer-{writer}") for writer in range(8)))

    assert sorted(response.status_code for response in responses) == [200] + [412] * 7
    [won] = [response for response in responses if response.status_code == 200]
    assert (await client.get(document)).json() == won.json()


@pytest.mark.parametrize(
    "path",
    [
        DOCUMENTS,
        "{document}",
        "{document}/content",
        "{document}/versions",
        "{document}/versions/1",
        "{document}/versions/1/content",
        "{document}/diff?from=1&to=1",
        "/api/v1/folders",
        "/audit/documents/{id}",
        "/livez",
        "/api/v1/openapi.json",
        MISSING,
        "/api/v1/nowhere",
    ],
)
async def test_head_answers_with_the_headers_of_get(
    client: AsyncClient, document: str, path: str
) -> None:
    place = path.format(document=document, id=document.rpartition("/")[2])

    got, head = await client.get(place), await client.head(place)

    assert head.content == b""
    assert _stable(head) == _stable(got)
    assert int(head.headers["content-length"]) == len(got.content)


async def _if_none_match(client: AsyncClient, method: str, path: str, tags: str) -> Response:
    return await client.request(method, path, headers={"If-None-Match": tags})


def _stable(response: Response) -> tuple[int, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name not in VARYING}
    return response.status_code, headers
