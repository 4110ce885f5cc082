"""JSON compaction token by token: only white space is removed."""

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.json_text import MAX_DEPTH, InvalidJson, check, compact
from tests.support.domain.json_sources import TOKENS, VALUES, Tokens, add_spaces, parse_exactly

WRITTEN = [
    "1e999",
    "-0",
    "-0.0",
    "1E+0002",
    "123456789012345678901234567890",
    "0.1234567890123456789012345678901234567890",
    '{"a":1,"a":2,"a":1}',
    '{"b":1,"a":2}',
    r'"\u0000"',
    r'"\ud800"',
    r'"\uDC00\uD800"',
    r'"\ud83d\ude00"',
    r'"\ud800\ud83d\ude00"',
    r'"\\ud800"',
    r'"\\\ud800"',
    r'{"\ud800":"\udfff","lone-0-":1}',
    r'["lone-0-\ud800","lone-1-","lone-01-"]',
    '"\u2028\x7f\ufeff"',
    '"😀 é"',
    r'"\/ \" \b"',
    '" [ { , : "',
    "[]",
    "{}",
    '""',
    "null",
]
NOT_JSON = [
    *["", " ", "NaN", "Infinity", "-Infinity", "nul", "True", "undefined", "'a'"],
    *["01", "-01", "+1", "1.", ".5", "1e", "-", "0x1", "1_000", "--1"],
    *["[1,]", "[,]", "[1 2]", '{"a":1,}', "{a:1}", '{"a"}', '{"a":}', "{1:2}", "{,}"],
    *["[", "]", "[]]", "[[]", '{"a":[}', '{"a":1', "[}", "{]", '"', '"a', '"\\"'],
    *['"\n"', '"\t"', '"\0"', r'"\x41"', r'"\u12"', r'"\ud8"', r'"\u{41}"', "1 2", "[] []"],
    *["\ufeff1", "// a\n1", "/* a */1", "\u00a01", "1\v", "1\0"],
]  # fmt: skip
BROKEN_UTF8 = [
    b"\xff",
    b'"\xc3"',
    b'"\xc0\x80"',
    b'"\xed\xa0\x80"',
    b'"\xf4\x90\x80\x80"',
    b'"\x80"',
]


@given(st.data(), TOKENS)
def test_only_white_space_is_taken_away(data: st.DataObject, tokens: Tokens) -> None:
    text = data.draw(add_spaces(tokens))

    assert compact(text) == b"".join(tokens)
    assert check(text) == text


@given(VALUES, st.sampled_from([None, 0, 1, "\t"]))
def test_it_equals_what_python_writes_of_the_same_value(value: Any, indent: Any) -> None:
    for write in (json.dumps, partial(json.dumps, ensure_ascii=False)):
        tight = write(value, separators=(",", ":")).encode()

        assert compact(write(value, indent=indent).encode()) == tight


@pytest.mark.parametrize("text", WRITTEN, ids=ascii)
def test_every_token_stays_as_it_was_written(text: str) -> None:
    assert compact(f" [ {text} ,\n{text}\t]\r\n".encode()) == f"[{text},{text}]".encode()
    assert compact(text.encode()) == text.encode()


@pytest.mark.parametrize("text", NOT_JSON, ids=ascii)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidJson):
        compact(text.encode())


@pytest.mark.parametrize("text", BROKEN_UTF8, ids=repr)
def test_what_is_not_utf8_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidJson, match="UTF-8"):
        compact(text)


@given(st.binary())
def test_arbitrary_bytes_are_json_or_refused(text: bytes) -> None:
    assert _compacted(text) is None or _read(text) == _read(compact(text))


@given(st.text('[]{}",:019.eE+-truefalsn \\ud8c/\n\0', max_size=12))
def test_it_accepts_exactly_what_is_json(source: str) -> None:
    text = source.encode()

    assert (_compacted(text) is not None) == (_read(text) is not None)


@given(st.data(), TOKENS)
def test_one_broken_token_is_found_as_others_find_it(data: st.DataObject, tokens: Tokens) -> None:
    place = data.draw(st.integers(0, len(tokens)))
    other = data.draw(st.sampled_from([b",", b"[", b"]", b"{", b"}", b":", b'"', b"\\", b"1"]))
    text = b"".join((*tokens[:place], other, *tokens[place + data.draw(st.integers(0, 1)) :]))

    assert (_compacted(text) is not None) == (_read(text) is not None)


@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"[":', "}"), ('[1,{"a":', "}]")])
@pytest.mark.parametrize("filling", ["[]", '["]",{"a":[1]}]', '"\\\\\\"[[["'])
def test_512_levels_are_accepted_and_513_refused(left: str, right: str, filling: str) -> None:
    fitting = _nested(left, right, filling, MAX_DEPTH)

    assert compact(fitting) == fitting
    with pytest.raises(InvalidJson, match="deeper than 512"):
        compact(b"[" + fitting + b"]")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "]" * 100_000,
        "[" * 600 + "]" * 599,
        "[]" * 1_000,
        "[{" * 999,
    ],
    ids=lambda text: text[:6],
)
def test_brackets_without_partners_are_refused(text: str) -> None:
    with pytest.raises(InvalidJson):
        compact(text.encode())


def test_many_shallow_values_are_not_deep() -> None:
    text = b"[" + b",".join([b'[{"a":[]}]'] * 2_000) + b"]"

    assert compact(text) == text


def _nested(left: str, right: str, filling: str, levels: int) -> bytes:
    """Nest ``filling`` until it is exactly so many levels deep."""
    inner = filling
    while (missing := levels - _depth(inner)) > 0:
        inner = f"{left}{inner}{right}" if missing >= _depth(left + right) else f"[{inner}]"
    return inner.encode()


def _depth(text: str) -> int:
    depth = deepest = 0
    for part in text.replace("\\\\", "").replace('\\"', "").split('"')[::2]:
        for character in part:
            depth += (character in "[{") - (character in "]}")
            deepest = max(deepest, depth)
    return deepest


def _compacted(text: bytes) -> bytes | None:
    try:
        return compact(text)
    except InvalidJson:
        return None


def _read(text: bytes) -> Any:
    """Return what is written there, in a tuple, or nothing when it is not JSON."""
    try:
        return (parse_exactly(text),)
    except ValueError:
        return None
