"""Size limits of documents by plan, and of bodies before they are read."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
from httpx import AsyncClient, Response

from domain.identity.plans import Plan
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.sockets import RawConnection, RawResponse, connect_raw, request_head
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

MB: Final = 2**20
PLANS: Final = ((Plan.STARTER, 5 * MB), (Plan.PRO, 10 * MB), (Plan.TEAM, 20 * MB))
MAX_BODY: Final = 6 * 5 * MB + 64 * 1024
JSON: Final = {"Content-Type": "application/json"}
CHUNK: Final = b"%x\r\n%b\r\n" % (MB, b" " * MB)

by_plan = pytest.mark.parametrize(("plan", "limit"), PLANS)


@pytest.fixture
async def line(service: Service) -> AsyncIterator[RawConnection]:
    async with connect_raw(service) as line:
        yield line


@by_plan
async def test_a_document_may_have_what_the_plan_allows_and_no_byte_more(
    service: Service, plan: Plan, limit: int
) -> None:
    async with service.client(fresh_name(), plan=plan) as client:
        document = f"{DOCUMENTS}/{await create(client)}"
        largest, larger = _text(limit), _text(limit + 1)

        _refused(await client.post(DOCUMENTS, content=_body("contentText", larger), headers=JSON))
        _refused(await client.post(DOCUMENTS, content=_body("content", larger), headers=JSON))
        _refused(await client.put(f"{document}/content", content=larger, headers=JSON))
        created = await client.post(DOCUMENTS, content=_body("contentText", largest), headers=JSON)
        replaced = await client.put(f"{document}/content", content=largest, headers=JSON)

        assert created.status_code == 201
        assert created.json()["document"]["fileSize"] == limit
        assert replaced.status_code == 200
        assert replaced.json()["fileSize"] == limit
        assert (await client.get(f"{document}/content")).content == largest
        assert len((await client.get(DOCUMENTS)).json()["documents"]) == 2


async def test_what_counts_is_what_is_stored(client: AsyncClient) -> None:
    """White space that is not kept, and escapes that a body needs, take nothing of the plan."""
    spaced = b'{"name":"n","content":[1' + b" " * (6 * MB) + b"]}"
    escaped = b'{"name":"n","contentText":"\\"' + rb"\u0061" * (5 * MB - 2) + b'\\""}'

    compacted = await client.post(DOCUMENTS, content=spaced, headers=JSON)
    unescaped = await client.post(DOCUMENTS, content=escaped, headers=JSON)

    assert compacted.json()["document"]["fileSize"] == 3
    assert unescaped.json()["document"]["fileSize"] == 5 * MB


@pytest.mark.parametrize("length", [MAX_BODY + 1, 2**63])
async def test_a_body_that_says_it_is_too_large_is_refused_unread(
    client: AsyncClient, line: RawConnection, length: int
) -> None:
    stated = b"Content-Length: %d" % length
    await line.send(_request(client, stated))

    _refused_in_the_envelope(await line.receive())


async def test_a_body_that_turns_out_too_large_is_refused_while_it_is_read(
    client: AsyncClient, line: RawConnection
) -> None:
    await line.send(_request(client, b"Transfer-Encoding: chunked"))
    answer = asyncio.create_task(line.receive())
    for _ in range(MAX_BODY // MB + 1):
        await line.send(CHUNK)

    _refused_in_the_envelope(await answer)


async def test_metadata_has_a_small_limit_of_its_own(client: AsyncClient) -> None:
    document = f"{DOCUMENTS}/{await create(client)}"
    body = b'{"name":"n"' + b" " * (64 * 1024) + b"}"

    _refused(await client.put(document, content=body, headers=JSON))
    await client.delete(document)
    _refused(await client.post(f"{document}/restore", content=body, headers=JSON))

    assert (await client.post(f"{document}/restore", json={})).status_code == 200


async def test_a_limit_follows_the_plan_of_the_moment(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.0)
    org, text = fresh_name(), _text(5 * MB + 1)
    async with service.client(org) as client:
        before = await client.post(DOCUMENTS, content=_body("contentText", text), headers=JSON)
        written = await service.backend.contexts.identity.organisations.change_plan(
            org, Plan.PRO, "system:test", "plan"
        )
        await service.backend.kernel.models["organisations"].reach(written.position, within=5)
        after = await client.post(DOCUMENTS, content=_body("contentText", text), headers=JSON)

    assert before.status_code == 413
    assert after.status_code == 201


def _text(size: int) -> bytes:
    return b'"' + b"x" * (size - 2) + b'"'


def _body(field: str, text: bytes) -> bytes:
    value = text if field == "content" else b'"\\"' + text[1:-1] + b'\\""'
    return b'{"name":"large","%b":%b}' % (field.encode(), value)


def _request(client: AsyncClient, *headers: bytes) -> bytes:
    key = client.headers["Authorization"]
    return request_head(
        "POST", DOCUMENTS.encode(), key, b"Content-Type: application/json", *headers
    )


def _refused(response: Response) -> None:
    _refused_in_the_envelope(
        RawResponse(response.status_code, dict(response.headers), response.content)
    )


def _refused_in_the_envelope(answer: RawResponse) -> None:
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body.keys() == {"success", "error", "code"}
    assert body["success"] is False
    assert body["code"] == "PAYLOAD_TOO_LARGE"
