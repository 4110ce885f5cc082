"""``forge-rules``: intents beside this file, with the expected results of their samples.

Of the first 80, written before the rules, 76 came out right at first, and of 19 written after them
14; those missed were refused, not done wrong, but for one. What the rules cannot read stays in the
table as well, and has to be refused.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.utilities.dispatch import run_utility
from adapters.utilities.inputs import Inputs
from domain.pipelines.drafting.draft import DraftStep, SemanticMismatch
from domain.pipelines.drafting.reading import read_clause, split_intent
from domain.pipelines.drafting.words import VERBS
from domain.pipelines.utilities.catalogue import utility

HERE: Final = Path(__file__).parent
INTENTS: Final = json.loads((HERE / "intents.json").read_text())
FOREIGN: Final = json.loads((HERE / "foreign_intents.json").read_text())
AT_LEAST: Final = 0.9
SAMPLE: Final = [{"name": " A ", "email": "X", "note": None, "age": 3}]


def carried_out(intent: str, sample: Any) -> tuple[list[DraftStep], Any]:
    """Return what was understood of an intent, and what comes of the sample by it."""
    steps, value = list[DraftStep](), sample
    for clause in split_intent(intent, sample):
        for step in read_clause(clause, value):
            used = utility(step.utility)
            value = run_utility(used, Inputs(value), used.parse_config(step.config))
            steps.append(step)
    return steps, value


def outcome(case: dict[str, Any]) -> str:
    try:
        _, value = carried_out(case["intent"], case["sample"])
    except SemanticMismatch:
        return "refused"
    return "right" if json.dumps(value) == json.dumps(case["result"]) else "wrong"


def test_nearly_all_is_done_as_it_was_meant_and_nothing_otherwise() -> None:
    outcomes = {case["intent"]: outcome(case) for case in INTENTS}
    right = [*outcomes.values()].count("right")

    assert len(outcomes) >= 60
    assert right >= AT_LEAST * len(outcomes), outcomes
    assert [intent for intent, told in outcomes.items() if told == "wrong"] == []


@pytest.mark.parametrize("intent", FOREIGN)
def test_what_is_not_understood_to_the_last_word_is_refused(intent: str) -> None:
    try:
        steps, _ = carried_out(intent, SAMPLE)
    except SemanticMismatch:
        return
    assert steps == []


def test_the_seeds_example_is_drafted_as_in_the_seed() -> None:
    intent = "Clean each customer record: trim the name, lowercase the email, and drop null fields."
    steps, _ = carried_out(intent, [{"name": "  Ada  ", "email": "ADA@EXAMPLE.COM", "note": None}])

    assert steps == [
        DraftStep("cleanup.format-values", {"targets": ["name"], "operation": "trim"}),
        DraftStep("cleanup.format-values", {"targets": ["email"], "operation": "lowercase"}),
        DraftStep("schema.clean-json", {"removeNulls": True}),
    ]


SAID = st.lists(
    st.sampled_from(
        [
            *sorted(VERBS),
            *("name", "email", "age", "note", "and", ",", "by", "to", "where", "is", "nulls"),
            *("records", "fields", "not", "3", '"x"', "the", "all", "first", "as", "=", "+", "->"),
        ]
    ),
    max_size=10,
).map(" ".join)


@given(st.one_of(SAID, st.text(max_size=60)))
def test_every_intent_is_drafted_soundly_or_refused(intent: str) -> None:
    try:
        clauses = split_intent(intent, SAMPLE)
        steps = [step for clause in clauses for step in read_clause(clause, SAMPLE)]
    except SemanticMismatch:
        return
    for step in steps:
        utility(step.utility).parse_config(step.config)
