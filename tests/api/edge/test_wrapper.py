"""Headers and sizes that the edge gives every response."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from api.http.draining import Draining
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio

DOCUMENTS = "/api/v1/documents"
EVERY_KIND_OF_ANSWER = [
    ("GET", DOCUMENTS, 200),
    ("GET", "/api/v1/nothing", 404),
    ("PATCH", DOCUMENTS, 405),
    ("POST", DOCUMENTS, 400),
    ("GET", f"{DOCUMENTS}/crash", 500),
    ("OPTIONS", DOCUMENTS, 204),
    ("GET", "/docs", 200),
]


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with client_of(edge()) as client:
        yield client


@pytest.mark.parametrize(("method", "path", "status"), EVERY_KIND_OF_ANSWER)
async def test_every_answer_names_its_request_and_guards_its_reader(
    client: AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path, headers={"X-Request-Id": "r-1"})

    assert answer.status_code == status
    assert answer.headers["x-request-id"] == "r-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_an_unfit_request_id_is_replaced(client: AsyncClient) -> None:
    answer = await client.get(DOCUMENTS, headers={"X-Request-Id": "<script>"})
    assert len(answer.headers["x-request-id"]) == 32


async def test_responses_are_not_cached_except_those_with_an_etag(
    client: AsyncClient,
) -> None:
    plain = await client.get(DOCUMENTS)
    tagged = await client.get(f"{DOCUMENTS}/1/content")

    assert plain.headers["cache-control"] == "no-store"
    assert tagged.headers["cache-control"] == "private, no-cache"


async def test_a_page_keeps_the_policy_it_set_itself(client: AsyncClient) -> None:
    answer = await client.get("/docs")
    [policy] = answer.headers.get_list("content-security-policy")
    assert "script-src 'self'" in policy


async def test_head_answers_as_get_does_without_the_body(client: AsyncClient) -> None:
    got = await client.get(f"{DOCUMENTS}/1234/content")
    headed = await client.head(f"{DOCUMENTS}/1234/content")

    assert headed.status_code == 200
    assert headed.content == b""
    assert (got.headers["content-length"], got.headers["etag"]) == ("6", '"1"')
    for name in ("content-length", "etag", "content-type", "cache-control"):
        assert headed.headers[name] == got.headers[name]


async def test_head_is_404_and_405_where_get_is(client: AsyncClient) -> None:
    assert (await client.head("/api/v1/nothing")).status_code == 404
    assert (await client.head("/api/v1/nothing")).content == b""


async def test_a_host_we_do_not_serve_is_421_in_the_owners_shape(client: AsyncClient) -> None:
    json_api = await client.get(DOCUMENTS, headers={"Host": "evil.example"})
    task_board = await client.get("/api/tasks", headers={"Host": "evil.example"})

    assert json_api.status_code == 421
    assert task_board.status_code == 421
    assert json_api.json()["code"] == "MISDIRECTED_REQUEST"
    assert task_board.json()["error"]["code"] == "MISDIRECTED_REQUEST"
    assert json_api.headers["x-request-id"]


async def test_a_page_of_another_origin_is_403_and_one_of_ours_is_served(
    client: AsyncClient,
) -> None:
    foreign = await client.post(DOCUMENTS, headers={"Origin": "https://evil.example"})
    own = await client.get(DOCUMENTS, headers={"Origin": "http://localhost:8000"})

    assert foreign.status_code == 403
    assert foreign.json()["code"] == "FORBIDDEN"
    assert own.status_code == 200


async def test_once_draining_every_answer_closes_its_connection() -> None:
    draining = Draining()
    async with client_of(edge(draining=draining)) as client:
        before = await client.get(DOCUMENTS)
        draining.begin()
        after = await client.get(DOCUMENTS)

    assert "connection" not in before.headers
    assert after.status_code == 200
    assert after.headers["connection"] == "close"


async def test_what_escapes_the_application_is_500_in_the_owners_shape() -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("hunter2")

    with capture_logs() as logged:
        async with client_of(edge(broken)) as client:
            answer = await client.get("/v1/keys", headers={"X-Request-Id": "r-1"})

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL_ERROR"
    assert "hunter2" not in answer.text
    assert [entry["request_id"] for entry in logged] == ["r-1"]
