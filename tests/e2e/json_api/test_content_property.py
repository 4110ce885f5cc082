"""Any JSON is returned byte for byte, and anything else is refused, over HTTP."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from httpx import AsyncClient, Response
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

JSON: Final = {"Content-Type": "application/json"}
FORMS: Final = {"content", "contentText", "createVersion"}
INSIGNIFICANT: Final = re.compile(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', re.DOTALL)

spaces = st.text(" \t\r\n", max_size=2)
numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?", fullmatch=True
)
characters = st.one_of(
    st.characters(exclude_categories=["Cs"], min_codepoint=32, exclude_characters='"\\'),
    st.sampled_from([r"\"", r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t"]),
    st.from_regex(r"\\u[0-9a-fA-F]{4}", fullmatch=True),
)
strings = st.lists(characters, max_size=8).map(lambda parts: '"' + "".join(parts) + '"')
scalars = st.one_of(st.sampled_from(["null", "true", "false"]), numbers, strings)


def _nested(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    spaced = st.tuples(spaces, values, spaces).map("".join)
    members = st.tuples(spaces, strings, spaces, st.just(":"), spaced).map("".join)
    return st.one_of(
        st.lists(spaced, max_size=4).map(lambda items: "[" + ",".join(items) + "]"),
        st.lists(members, max_size=4).map(lambda items: "{" + ",".join(items) + "}"),
    )


texts = st.tuples(spaces, st.recursive(scalars, _nested, max_leaves=12), spaces).map("".join)
damaged = st.builds(
    lambda text, place, junk: (
        text[: place % (len(text) + 1)] + junk + text[place % (len(text) + 1) :]
    ),
    texts,
    st.integers(min_value=0, max_value=1_000),
    st.text(max_size=3),
)
anything = st.one_of(damaged, texts.map(lambda text: text[:-1]), st.text(max_size=20))
bounded = settings(max_examples=50)


@pytest.fixture(scope="module")
async def writer(service: Service) -> AsyncIterator[AsyncClient]:
    async with service.client(fresh_name()) as client:
        yield client


@pytest.fixture(scope="module")
async def content(writer: AsyncClient) -> str:
    return f"{DOCUMENTS}/{await create(writer)}/content"


@bounded
@given(text=texts)
@example(text=r'"\ud800"')
@example(text='{"a":1,"a":1e999}')
@example(text="-0.0")
@example(text="[" * 512 + "]" * 512)
async def test_a_text_comes_back_to_the_byte(writer: AsyncClient, content: str, text: str) -> None:
    replaced = await writer.put(content, json={"contentText": text})

    assert replaced.json() == {"success": True, "fileSize": len(text.encode())}, text
    assert (await writer.get(content)).content == text.encode()


@bounded
@given(text=texts)
@example(text=r'{"\udc00":"\ud83d"}')
async def test_a_value_comes_back_compact_and_every_token_as_it_was(
    writer: AsyncClient, content: str, text: str
) -> None:
    body = f'{{"content":{text},"createVersion":false}}'.encode()

    replaced = await writer.put(content, content=body, headers=JSON)

    assert replaced.status_code == 200, replaced.text
    assert (await writer.get(content)).content == _compact(text)


@bounded
@given(text=anything)
@example(text="")
@example(text="\ud800")
@example(text='"\ud800"')
@example(text="NaN")
@example(text="\ufeff1")
@example(text="1\0")
@example(text="[" * 513 + "]" * 513)
async def test_a_text_is_stored_if_it_is_json_and_else_refused(
    writer: AsyncClient, content: str, text: str
) -> None:
    replaced = await writer.put(content, content=_ascii(contentText=text), headers=JSON)

    if _is_json(text):
        assert replaced.status_code == 200, replaced.text
        assert (await writer.get(content)).content == text.encode()
    else:
        _refused(replaced)


@bounded
@given(text=anything)
@example(text='{"createVersion":')
async def test_a_body_of_its_own_is_stored_compact_if_it_is_json_and_else_refused(
    writer: AsyncClient, content: str, text: str
) -> None:
    body = text.encode("utf-8", "surrogatepass")

    replaced = await writer.put(content, content=body, headers=JSON)

    if not _is_json(text):
        _refused(replaced)
    elif not _has_form(text):
        assert replaced.status_code == 200, replaced.text
        assert (await writer.get(content)).content == _compact(text)


def _is_json(text: str) -> bool:
    """Ask another parser; it counts no depth, which generated texts never have."""
    try:
        text.encode()
        json.loads(text, parse_constant=_not_json, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return text.count("[") <= 512


def _not_json(constant: str) -> None:
    raise ValueError(constant)


def _has_form(text: str) -> bool:
    value = json.loads(text, parse_int=str, parse_float=str)
    return isinstance(value, dict) and bool(FORMS & value.keys())


def _compact(text: str) -> bytes:
    return INSIGNIFICANT.sub(lambda found: found[1] or "", text).encode()


def _ascii(**fields: Any) -> bytes:
    """Escape what is not ASCII, lone surrogates too, which no client library would send."""
    return json.dumps(fields).encode()


def _refused(response: Response) -> None:
    assert response.status_code == 400, response.text
    assert response.json()["success"] is False
