"""JSON patches: exact, and empty for equal texts."""

import json
from typing import Any

import jsonpatch
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from domain.json_diff import NoPatch, Operation, diff
from domain.json_text import InvalidJson
from tests.support.domain.json_sources import TOKENS, VALUES, Number, Tokens, add_spaces


@given(VALUES, VALUES)
def test_the_patch_makes_the_new_value_of_the_old(old: Any, new: Any) -> None:
    before, after = _text(old), _text(new)

    assert _patched(_exact(before), diff(before, after)) == _exact(after)


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(0, 3), max_size=8))
def test_arrays_that_share_some_elements_are_patched_too(old: list[int], new: list[int]) -> None:
    before, after = _text({"a": [old, [{"b": old}]]}), _text({"a": [new, [{"b": new}]]})

    assert _patched(_exact(before), diff(before, after)) == _exact(after)


@given(st.data(), TOKENS)
def test_white_space_is_no_difference(data: st.DataObject, tokens: Tokens) -> None:
    assert diff(data.draw(add_spaces(tokens)), data.draw(add_spaces(tokens))) == []


@given(VALUES)
def test_the_order_of_keys_is_no_difference(value: Any) -> None:
    assert diff(_text(value), json.dumps(value, sort_keys=True).encode()) == []


@given(TOKENS, TOKENS)
def test_the_patch_is_exact_for_any_json(before: Tokens, after: Tokens) -> None:
    old, new = b"".join(before), b"".join(after)
    try:
        operations = diff(old, new)
    except NoPatch:
        reject()

    assert _patched(_exact(old), operations) == _exact(new)
    assert diff(new, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("123456789012345678901234567890", "123456789012345678901234567891"),
        ("1e999", "1e998"),
        ("0.10", "0.1"),
        ("-0", "0"),
    ],
)
def test_numbers_are_exact_as_text(old: str, new: str) -> None:
    operations = diff(f'{{"n":[{old}]}}'.encode(), f'{{"n":[{new}]}}'.encode())

    assert operations == [Operation("replace", "/n/0", new.encode())]


def test_keys_with_tildes_and_slashes_are_escaped() -> None:
    old = b'{"a/b":{"m~n":1,"~1":2},"":3}'
    new = b'{"a/b":{"m~n":4,"~0/":5},"":6}'

    assert sorted(diff(old, new)) == [
        Operation("add", "/a~1b/~00~1", b"5"),
        Operation("remove", "/a~1b/~01"),
        Operation("replace", "/", b"6"),
        Operation("replace", "/a~1b/m~0n", b"4"),
    ]


def test_arrays_are_aligned_by_both_ends() -> None:
    assert diff(b"[1,2,3]", b"[1,9,2,3]") == [Operation("add", "/1", b"9")]
    assert diff(b"[1,2,3,4]", b"[1,4]") == [Operation("remove", "/2"), Operation("remove", "/1")]
    assert diff(b"[1,2,3]", b"[1,{},3]") == [Operation("replace", "/1", b"{}")]


def test_another_kind_of_value_replaces_the_whole() -> None:
    assert diff(b'{"a":1}', b"[1]") == [Operation("replace", "", b"[1]")]
    assert diff(b"1", b'"1"') == [Operation("replace", "", b'"1"')]


def test_of_a_doubled_key_the_last_counts() -> None:
    assert diff(b'{"a":1,"a":2}', b'{"a":2}') == []
    assert diff(b'{"a":1,"a":2}', b'{"a":1}') == [Operation("replace", "/a", b"1")]


def test_lone_surrogates_stay_as_they_were_written() -> None:
    assert diff(rb'["\ud800"]', rb'["\uDC00 lone-0-"]') == [
        Operation("replace", "/0", rb'"\uDC00 lone-0-"')
    ]


def test_a_key_that_no_patch_can_name_is_refused() -> None:
    with pytest.raises(NoPatch):
        diff(rb'{"\ud800":1}', rb'{"\ud800":2}')


def test_a_key_that_no_patch_can_name_may_stay() -> None:
    assert diff(rb'{"\ud800":1,"a":1}', rb'{"\ud800":1,"a":2}') == [
        Operation("replace", "/a", b"2")
    ]


@pytest.mark.parametrize("broken", [b"[", b"", b"1\0", b"\xff"])
def test_only_json_can_be_compared(broken: bytes) -> None:
    with pytest.raises(InvalidJson):
        diff(broken, b"1")
    with pytest.raises(InvalidJson):
        diff(b"1", broken)


def test_a_deep_change_is_found_without_recursion() -> None:
    deep = b'{"a":[' * 256 + b"%d" + b"]}" * 256

    assert diff(deep % 1, deep % 2) == [Operation("replace", "/a/0" * 256, b"2")]


def _text(value: Any) -> bytes:
    return json.dumps(value).encode()


def _exact(text: bytes) -> Any:
    """Read as RFC 6902's tools do, the last of doubled keys counting, but keep numbers as text."""
    return json.loads(text, parse_int=Number, parse_float=Number)


def _patched(value: Any, operations: list[Operation]) -> Any:
    """Apply a patch by a library that is not ours."""
    patch = [
        {"op": op, "path": path} | ({} if text is None else {"value": _exact(text)})
        for op, path, text in operations
    ]
    return jsonpatch.apply_patch(value, patch)
