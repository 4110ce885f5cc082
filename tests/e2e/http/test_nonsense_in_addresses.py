"""Malformed paths and queries find nothing or are refused, and break nothing."""

from typing import Final

import pytest
from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS
from tests.support.json_api.envelopes import assert_refused
from tests.support.service.sockets import connect_raw, request_head
from tests.support.service.web import Service

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nothing_recorded")]

QUERIES: Final = ("%00", "a%00b", "%ff%fe", "%", "%zz", "%F0%9F%92%A9", "../..", "'", "a" * 5_000)
IDS: Final = (
    *(b"%00", b"a%00b", b"%", b"%zz", b"%ff%fe", b"..", b"%2e%2e", b"..%2f..", b"a%2fb"),
    *(b"'", b"%22", b"%F0%9F%92%A9", b"\xff\xfe", b"null", b"-1", b"%20", b"x" * 6_000),
)


@pytest.mark.parametrize("target", IDS)
async def test_an_id_that_nothing_can_have_finds_nothing(
    client: AsyncClient, service: Service, target: bytes
) -> None:
    key = client.headers["Authorization"]
    body = b'{"name":"n","content":1}'
    sized = b"Content-Length: %d" % len(body)
    prefix = DOCUMENTS.encode() + b"/" + target
    for method, path in (
        ("GET", prefix),
        ("GET", prefix + b"/content"),
        ("GET", prefix + b"/versions"),
        ("GET", prefix + b"?asOf=@1"),
        ("DELETE", prefix),
        ("PUT", prefix),
        ("PUT", prefix + b"/content"),
        ("POST", prefix + b"/purge"),
        ("GET", b"/audit/documents/" + target),
        ("GET", b"/audit/" + target + b"/" + b"0" * 32),
    ):
        async with connect_raw(service) as line:
            await line.send(
                request_head(method, path, key, b"Content-Type: application/json", sized)
            )
            await line.send(body)
            answer = await line.receive()
        assert answer.status in (400, 404, 405), (method, path, answer)


@pytest.mark.parametrize("number", ["0", "-1", "1.0", "one", "9" * 30, "+1", "%D9%A1"])
async def test_a_version_that_is_not_a_number_is_not_found(
    client: AsyncClient, document: str, number: str
) -> None:
    for part in ("", "/content"):
        response = await client.get(f"{document}/versions/{number}{part}")
        assert response.status_code == 404
        assert response.json()["code"] == "VERSION_NOT_FOUND"


@pytest.mark.parametrize("value", QUERIES)
async def test_nonsense_in_a_query_is_refused_or_finds_nothing(
    client: AsyncClient, document: str, value: str
) -> None:
    for path, names in (
        (DOCUMENTS, ("limit", "cursor", "folder", "folderId", "asOf", "unknown")),
        (document, ("asOf",)),
        (f"{document}/content", ("asOf",)),
        (f"{document}/versions", ("limit", "cursor")),
        (f"{document}/diff", ("from", "to")),
        ("/api/v1/folders", ("parent", "path")),
        (f"/audit/documents/{document.rpartition('/')[2]}", ("after", "limit")),
    ):
        for name in names:
            response = await client.get(f"{path}?{name}={value}")
            assert response.status_code in (200, 400), (path, name, response.text)


@pytest.mark.parametrize(
    "moment",
    [
        "@",
        "@-1",
        "@1.5",
        "@9223372036854775808",
        "now",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "1",
    ],
)
async def test_an_invalid_moment_is_refused(
    client: AsyncClient, document: str, moment: str
) -> None:
    for path in (DOCUMENTS, document, f"{document}/content"):
        assert_refused(await client.get(f"{path}?asOf={moment}"), "INVALID_AS_OF")


@pytest.mark.parametrize(
    ("moment", "there"),
    [("0001-01-01T00:00:00%2B23:59", 0), ("2000-02-29", 0), ("9999-12-31T23:59:59-23:59", 1)],
)
async def test_a_moment_may_lie_before_and_after_all_that_happened(
    client: AsyncClient, document: str, moment: str, there: int
) -> None:
    listed = await client.get(f"{DOCUMENTS}?asOf={moment}")
    found = await client.get(f"{document}?asOf={moment}")

    assert len(listed.json()["documents"]) == there
    assert found.status_code == (200 if there else 404)
