"""Invalid bodies are refused in the envelope and change nothing."""

import json
from typing import Any, Final

import pytest
from httpx import AsyncClient

from tests.support.json_api.documents import DOCUMENTS
from tests.support.json_api.envelopes import assert_refused

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("nothing_recorded")]

JSON: Final = {"Content-Type": "application/json"}
LONE: Final = rb"\ud800"
DEEP: Final = b"[" * 513 + b"]" * 513
LABELS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "no name at all": ({"name": ""}, "INVALID_TEXT"),
    "a name too long": ({"name": "n" * 101}, "INVALID_TEXT"),
    "NUL in the name": ({"name": "a\0b"}, "INVALID_TEXT"),
    "a name that is no text": ({"name": 1}, "VALIDATION_ERROR"),
    "a name that is null": ({"name": None}, "VALIDATION_ERROR"),
    "NUL in the description": ({"description": "\0"}, "INVALID_TEXT"),
    "a description too long": ({"description": "d" * 2001}, "INVALID_TEXT"),
    "a description that is null": ({"description": None}, "VALIDATION_ERROR"),
    "too many tags": ({"tags": ["t"] * 51}, "TOO_MANY_TAGS"),
    "an empty tag": ({"tags": [""]}, "INVALID_TEXT"),
    "a tag too long": ({"tags": ["t" * 65]}, "INVALID_TEXT"),
    "NUL in a tag": ({"tags": ["\0"]}, "INVALID_TEXT"),
    "tags that are a text": ({"tags": "crm"}, "VALIDATION_ERROR"),
    "a tag that is a number": ({"tags": [1]}, "VALIDATION_ERROR"),
    "tags that are null": ({"tags": None}, "VALIDATION_ERROR"),
    "an empty folder": ({"folder": ""}, "INVALID_TEXT"),
    "a folder of nothing but slashes": ({"folder": "/"}, "INVALID_FOLDER"),
    "a folder from the root": ({"folder": "/a"}, "INVALID_FOLDER"),
    "a folder with an empty name": ({"folder": "a//b"}, "INVALID_FOLDER"),
    "a folder too deep": ({"folder": "/".join("x" * 33)}, "INVALID_FOLDER"),
    "a folder too long": ({"folder": "x" * 1025}, "INVALID_TEXT"),
    "NUL in the folder": ({"folder": "a\0"}, "INVALID_TEXT"),
    "a folder that is a number": ({"folder": 7}, "VALIDATION_ERROR"),
    "a field that there is not": ({"name": "n", "nmae": "n"}, "VALIDATION_ERROR"),
}
TEXTS: Final = {
    "nothing": b"",
    "white space": b" \n",
    "half an object": b"{",
    "a comma too many": b'{"name":"n","content":1,}',
    "two values": b'{"name":"n","content":1} {}',
    "NaN": b'{"name":"n","content":NaN}',
    "Infinity": b'{"name":"n","content":-Infinity}',
    "a leading zero": b'{"name":"n","content":01}',
    "a comment": b'{"name":"n","content":1}//',
    "single quotes": b"{'name':'n','content':1}",
    "a byte order mark": b'\xef\xbb\xbf{"name":"n","content":1}',
    "UTF-16": '{"name":"n","content":1}'.encode("utf-16"),
    "invalid UTF-8 in content": b'{"name":"n","content":"\xff"}',
    "invalid UTF-8 in the name": b'{"name":"\xc3\x28","content":1}',
    "a surrogate in UTF-8": b'{"name":"n","content":"\xed\xa0\x80"}',
    "a control character": b'{"name":"n","content":"\n"}',
    "too deep": b'{"name":"n","content":' + DEEP + b"}",
    "too deep in a text": b'{"name":"n","contentText":"' + DEEP + b'"}',
    "a text that is no JSON": b'{"name":"n","contentText":"{"}',
    "a text of two values": b'{"name":"n","contentText":"1 2"}',
    "an empty text": b'{"name":"n","contentText":""}',
    "a text with a lone surrogate": b'{"name":"n","contentText":"\\"' + LONE + b'\\""}',
}
SHAPES: Final = {
    "both contents": (b'{"name":"n","content":1,"contentText":"1"}', "INVALID_CONTENT"),
    "both, one of them null": (b'{"name":"n","content":null,"contentText":"1"}', "INVALID_CONTENT"),
    "neither content": (b'{"name":"n"}', "INVALID_CONTENT"),
    "a text that is null": (b'{"name":"n","contentText":null}', "VALIDATION_ERROR"),
    "a text that is a number": (b'{"name":"n","contentText":1}', "VALIDATION_ERROR"),
    "no name": (b'{"content":1}', "VALIDATION_ERROR"),
    "a list": (b'[{"name":"n","content":1}]', "VALIDATION_ERROR"),
    "null": (b"null", "VALIDATION_ERROR"),
    "a lone surrogate in the name": (b'{"name":"%b","content":1}' % LONE, "INVALID_JSON"),
    "a lone surrogate in a tag": (
        b'{"name":"n","tags":["%b"],"content":1}' % LONE,
        "INVALID_JSON",
    ),
    "a lone surrogate in the folder": (
        b'{"name":"n","folder":"%b","content":1}' % LONE,
        "INVALID_JSON",
    ),
}
TYPES: Final = ("text/plain", "application/xml", "application/json; charset=latin-1", "json", "*/*")


@pytest.mark.parametrize("case", LABELS)
async def test_a_label_that_breaks_a_rule_is_refused(
    client: AsyncClient, document: str, case: str
) -> None:
    fields, code = LABELS[case]

    assert_refused(await client.post(DOCUMENTS, json={"name": "n", "content": 1} | fields), code)
    assert_refused(await client.put(document, json=fields), code)


@pytest.mark.parametrize("case", TEXTS)
async def test_what_is_not_json_is_refused(client: AsyncClient, document: str, case: str) -> None:
    text = TEXTS[case]
    replacing = text.replace(b'"name":"n",', b"")

    assert_refused(await client.post(DOCUMENTS, content=text, headers=JSON), "INVALID_JSON")
    assert_refused(await client.put(f"{document}/content", content=replacing, headers=JSON))


@pytest.mark.parametrize("case", SHAPES)
async def test_json_of_another_shape_is_refused(client: AsyncClient, case: str) -> None:
    text, code = SHAPES[case]

    assert_refused(await client.post(DOCUMENTS, content=text, headers=JSON), code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": 1, "contentText": "1"}, "INVALID_CONTENT"),
        ({"createVersion": False}, "INVALID_CONTENT"),
        ({"content": 1, "createVersion": 1}, "VALIDATION_ERROR"),
        ({"content": 1, "createVersion": None}, "VALIDATION_ERROR"),
        ({"content": 1, "name": "n"}, "VALIDATION_ERROR"),
        ({"contentText": 1}, "VALIDATION_ERROR"),
    ],
)
async def test_a_replacement_of_another_shape_is_refused(
    client: AsyncClient, document: str, body: dict[str, object], code: str
) -> None:
    assert_refused(await client.put(f"{document}/content", json=body), code)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"name"'])
async def test_changes_that_are_no_object_are_refused(
    client: AsyncClient, document: str, body: bytes
) -> None:
    assert_refused(await client.put(document, content=body, headers=JSON))


@pytest.mark.parametrize("media_type", TYPES)
async def test_another_content_type_is_refused(
    client: AsyncClient, document: str, media_type: str
) -> None:
    body = json.dumps({"name": "n", "content": 1})
    headers = {"Content-Type": media_type}
    for method, path in (("POST", DOCUMENTS), ("PUT", document), ("PUT", f"{document}/content")):
        response = await client.request(method, path, content=body, headers=headers)
        assert_refused(response, "INVALID_CONTENT_TYPE")
