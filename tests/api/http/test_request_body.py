"""Request bodies: limits, media types, JSON, and refusals of the rest."""

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st

from api.http.request_body import InvalidBody, decode
from domain.json_text import InvalidJson
from tests.api.sample import LIMIT, Body
from tests.api.serving import client_of, edge

pytestmark = pytest.mark.anyio

JSON = "application/json"


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with client_of(edge()) as client:
        yield client


async def send(client: AsyncClient, body: bytes, content_type: str | None = JSON) -> Response:
    headers = {"Content-Type": content_type} if content_type else {}
    return await client.post("/api/v1/documents", content=body, headers=headers)


@pytest.mark.parametrize(
    "content_type",
    [
        JSON,
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/vnd.forge.v1+json",
        None,
    ],
)
async def test_json_is_taken_under_each_of_its_names(
    client: AsyncClient, content_type: str | None
) -> None:
    answer = await send(client, b'{"name": "a"}', content_type)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json; charset=latin-1", "multipart/form-data; boundary=x", "json"],
)
async def test_anything_else_is_refused_by_its_content_type(
    client: AsyncClient, content_type: str
) -> None:
    answer = await send(client, b'{"name": "a"}', content_type)
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_CONTENT_TYPE"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "a"} x',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": "\xff"}',
        b'{"\xff": 1}',
        b'{"name": "\\ud800"}',
        b'{"name": "a", "content": ' + b"[" * 513 + b"]" * 513 + b"}",
    ],
    ids=lambda body: str(body[:24]),
)
async def test_what_is_not_json_is_400(client: AsyncClient, body: bytes) -> None:
    answer = await send(client, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_JSON"


async def test_nesting_is_taken_down_to_the_limit(client: AsyncClient) -> None:
    deepest = b'{"name": "a", "content": ' + b"[" * 511 + b"]" * 511 + b"}"
    assert (await send(client, deepest)).status_code == 201


@pytest.mark.parametrize("depth", [513, 100_000])
def test_deep_nesting_is_refused_and_never_a_recursion_error(depth: int) -> None:
    nested = b'{"name": "a", "tags": ' + b"[" * depth + b"]" * depth + b"}"
    with pytest.raises(InvalidJson, match="nested"):
        decode(nested, Body)


def test_a_lone_surrogate_is_named_as_such() -> None:
    with pytest.raises(InvalidJson, match="surrogate"):
        decode(b'{"name": "\\udc00"}', Body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"nam": 1}', "nam"),
        (b"{}", "name"),
        (b'{"name": 1}', "name"),
        (b'{"name": "a", "tags": ["x", 1]}', "tags[1]"),
        (b"[]", None),
    ],
)
def test_json_of_another_shape_is_refused_with_the_field_named(
    body: bytes, field: str | None
) -> None:
    with pytest.raises(InvalidBody) as refused:
        decode(body, Body)
    assert refused.value.details.get("field") == field
    assert field is None or field in str(refused.value)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_else(raw: bytes) -> None:
    with suppress(InvalidBody, InvalidJson):
        decode(raw, Body)


async def test_a_body_at_the_limit_is_read_and_one_beyond_is_413(client: AsyncClient) -> None:
    frame = len(b'{"name":"a","contentText":""}')
    fits, beyond = (b'{"name":"a","contentText":"%s"}' % (b"x" * n) for n in (LIMIT - frame, LIMIT))

    assert (await send(client, fits)).status_code == 201
    refused = await send(client, beyond)
    assert refused.status_code == 413
    assert refused.json()["code"] == "PAYLOAD_TOO_LARGE"


async def test_a_chunked_body_is_refused_while_it_is_read(client: AsyncClient) -> None:
    given_out = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given_out
        while True:
            given_out += 1
            yield b"x" * 100

    answer = await client.post("/api/v1/documents", content=endless())

    assert answer.status_code == 413
    assert given_out <= LIMIT // 100 + 2
