"""Plans: types of values, printable texts, defaults."""

from typing import Any

import pytest

from domain.generations.options import options_of, where_names
from domain.generations.patterns import Pattern
from domain.generations.plans import KINDS, Criterion, InvalidPlan, checked_plan
from domain.generations.summary import summary_of


@pytest.mark.parametrize("pattern", list(Pattern), ids=lambda each: each.value)
def test_nothing_said_is_a_plan_with_options_and_a_summary(pattern: Pattern) -> None:
    plan = checked_plan({}, pattern)
    names = [option.name for option in options_of(plan)]

    assert plan.pattern is pattern
    assert names
    assert len({*names}) == len(names)
    assert summary_of(plan).endswith(".")


def test_every_pattern_has_its_kind_of_plan() -> None:
    assert {*KINDS} == {*Pattern}


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("query-export", {"output": ""}),
        ("query-export", {"output": "x" * 241}),
        ("query-export", {"delimiter": ":"}),
        ("query-export", {"columns": []}),
        ("query-export", {"columns": [{"property": "a b", "heading": "x"}]}),
        ("query-export", {"columns": [{"property": "a\n", "heading": "x"}]}),
        ("query-export", {"criteria": [{"entry": "a", "value": "b"}] * 9}),
        ("query-export", {"query": "a\u202eb"}),
        ("query-export", {"query": "two\nlines"}),
        ("query-export", {"query": " padded"}),
        ("bom-export", {"levels": -1}),
        ("bom-export", {"levels": "3"}),
        ("bulk-item-create", {"item_type": None}),
        ("relation-manage", {"action": "drop"}),
        ("dataset-export", {"extension": "../x"}),
        ("stuck-workflow-report", {"days": 10_000}),
        ("query-export", "no object"),
        ("query-export", ["query"]),
    ],
)
def test_what_is_no_plan_is_refused(pattern: str, values: Any) -> None:
    with pytest.raises(InvalidPlan):
        checked_plan(values, Pattern(pattern))


def test_a_plan_of_another_pattern_cannot_be_smuggled_in() -> None:
    plan = checked_plan({"pattern": "project-assign", "output": "x.csv"}, Pattern.QUERY_EXPORT)

    assert plan.pattern is Pattern.QUERY_EXPORT


def test_options_of_criteria_are_named_after_their_entries_and_all_differ() -> None:
    entries = ["Item ID", "item-id", "名前", "x" * 100, "Owning User"]
    names = where_names([Criterion(entry, "v") for entry in entries])

    assert names[0] == "where-item-id"
    assert names[1:3] == ["where-2", "where-3"]
    assert names[4] == "where-owning-user"
    assert len({*names}) == len(names)
    assert all(len(name) <= 64 for name in names)
