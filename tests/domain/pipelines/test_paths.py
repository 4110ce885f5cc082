"""Field paths: their grammar, and the values they select."""

from typing import Any

import pytest

from domain.pipelines.path_values import (
    REMOVED,
    change_at_paths,
    first_at,
    pick_paths,
    remove_paths,
    values_at,
)
from domain.pipelines.paths import Wild, parse_path
from domain.pipelines.refusals import InvalidConfig

DOCUMENT: dict[str, Any] = {
    "name": "q",
    "items": [{"name": "x", "tags": ["s", "t"]}, {"n": 1}],
    "a.b": {"[0]": 7},
}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", ()),
        ("name", ("name",)),
        ("$.name", ("name",)),
        ("$ref", ("$ref",)),
        ("a.b.c", ("a", "b", "c")),
        ("items[0].name", ("items", 0, "name")),
        ("items[*].name", ("items", Wild.ELEMENT, "name")),
        ("items[].name", ("items", Wild.ELEMENT, "name")),
        ("*.x", (Wild.NAME, "x")),
        ("**.x", (Wild.DEPTH, "x")),
        ("$[3]", (3,)),
        ("file\\.name", ("file.name",)),
        ("a\\[0\\]", ("a[0]",)),
        ("first name", ("first name",)),
        ("2*3", ("2*3",)),
        ("größe", ("größe",)),
    ],
)
def test_a_path_is_read_step_by_step(text: str, steps: Any) -> None:
    assert parse_path(text) == steps


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a..b",
        ".a",
        "a.",
        "a[",
        "a[-1]",
        "a[x]",
        "a.[0]",
        "a\\",
        "__proto__",
        "a.__proto__",
        "**.a.**.b",
        "**.**",
    ],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfig):
        parse_path(text)


def test_a_path_has_so_many_steps_at_most() -> None:
    assert len(parse_path(".".join("a" * 50))) == 50
    with pytest.raises(InvalidConfig):
        parse_path(".".join("a" * 51))


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("name", ["q"]),
        ("items.name", ["x"]),
        ("items[0].name", ["x"]),
        ("items[5].name", []),
        ("items.tags", [["s", "t"]]),
        ("items.tags[1]", ["t"]),
        ("items.tags[*]", ["s", "t"]),
        ("**.name", ["q", "x"]),
        ("a\\.b.\\[0\\]", [7]),
        ("items.*", ["x", ["s", "t"], 1]),
        ("name.more", []),
        ("$", [DOCUMENT]),
    ],
)
def test_a_path_leads_to_values(path: str, values: list[Any]) -> None:
    assert [*values_at(DOCUMENT, parse_path(path))] == values


def test_the_first_value_may_be_missing() -> None:
    assert first_at(DOCUMENT, parse_path("items.name")) == "x"
    assert first_at(DOCUMENT, parse_path("none")) is None
    assert first_at(DOCUMENT, parse_path("none"), REMOVED) is REMOVED


def test_each_value_is_changed_once() -> None:
    doubled = change_at_paths(DOCUMENT, ["**.name", "items.tags[0]"], lambda value: value * 2)

    assert doubled["name"] == "qq"
    assert doubled["items"] == [{"name": "xx", "tags": ["ss", "t"]}, {"n": 1}]
    assert DOCUMENT["name"] == "q"


def test_paths_select_fields_to_remove_or_retain() -> None:
    assert remove_paths(DOCUMENT, ["items", "a\\.b"]) == {"name": "q"}
    assert remove_paths({"a": [1, 2, 3]}, ["a[1]"]) == {"a": [1, 3]}
    assert pick_paths(DOCUMENT, ["items.n", "name"]) == {"name": "q", "items": [{}, {"n": 1}]}
    assert pick_paths(7, ["a"]) is None
