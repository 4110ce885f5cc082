"""The planner: a table of prompts and the plans that they become.

At least 95 of 100 are read wholly right, pattern and parameters; the others are named. The last 13
of the table were written after the vocabulary: 9 of them were right before anything was changed.
"""

import json
import time
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from domain.generations.patterns import Pattern
from domain.generations.planner import CONFIDENT, choose, plan_of, reading_diagnostics, values_in

TABLE: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "prompts.json").read_text("utf-8")
)
LEAST: Final = 0.95


def faults(row: dict[str, Any]) -> list[str]:
    """Say what of a prompt was read other than it is meant."""
    prompt, pattern = row["prompt"], Pattern(row["pattern"])
    choice = choose(prompt, None)
    plan, _ = plan_of(values_in(prompt, choice.pattern), choice.pattern)
    read = msgspec.to_builtins(plan)
    found = [] if choice.pattern is pattern else [f"pattern {choice.pattern.value}"]
    for name, meant in {"criteria": [], **row["plan"]}.items():
        value = read.get(name, [])
        if name == "columns":
            value = [column["property"] for column in value]
        if (list(value) if isinstance(value, tuple) else value) != meant:
            found.append(f"{name}: {value!r}, not {meant!r}")
    return found


def test_the_table_is_large_and_has_every_pattern_several_times() -> None:
    patterns = [row["pattern"] for row in TABLE]

    assert len(TABLE) >= 80
    assert all(patterns.count(each.value) >= 6 for each in Pattern)


def test_prompts_are_read_as_they_are_meant() -> None:
    misses = {row["prompt"]: found for row in TABLE if (found := faults(row))}
    right = 1 - len(misses) / len(TABLE)

    assert right >= LEAST, "\n".join(f"{prompt}: {found}" for prompt, found in misses.items())


def test_a_miss_would_be_seen() -> None:
    row = {"prompt": "Export released parts to CSV", "pattern": "bom-export", "plan": {}}

    pattern, criteria = faults(row)
    assert pattern == "pattern query-export"
    assert criteria.startswith("criteria: ")


@pytest.mark.parametrize(
    "prompt", ["hello", "do something nice", "???", "42", "Der Mond ist aufgegangen"]
)
def test_what_says_nothing_is_no_silent_guess(prompt: str) -> None:
    choice = choose(prompt, None)
    plan, _ = plan_of(values_in(prompt, choice.pattern), choice.pattern)

    assert choice.confidence < CONFIDENT
    assert "LOW_CONFIDENCE" in {each.code for each in reading_diagnostics(choice, plan, None)}


def test_a_pattern_that_is_named_is_taken_at_its_word() -> None:
    choice = choose("Export released parts to CSV", Pattern.PROJECT_ASSIGN)

    assert (choice.pattern, choice.confidence) == (Pattern.PROJECT_ASSIGN, 1.0)
    assert choice.runners_up[0].pattern is Pattern.QUERY_EXPORT


def test_names_in_quotes_say_nothing_of_what_is_to_be_done() -> None:
    prompt = 'Export the results of query "Start workflow for stuck BOM relations" to CSV'

    assert choose(prompt, None).pattern is Pattern.QUERY_EXPORT


def test_a_value_that_no_plan_can_hold_is_left_out_and_said_to_be() -> None:
    plan, told = plan_of({"levels": 5000, "item": "A-1"}, Pattern.BOM_EXPORT)

    assert (getattr(plan, "levels", None), getattr(plan, "item", None)) == (0, "A-1")
    assert [each.code for each in told] == ["VALUE_IGNORED"]


@pytest.mark.parametrize(
    "prompt",
    [
        "a" * 8_000,
        "export " * 1_100,
        "with columns " + "a, " * 2_600,
        "where item id is " * 450,
        '"' * 8_000,
        "to the " * 1_100,
        "status " * 1_100,
        "( " * 4_000,
        "owned by a to user b and group C D E " * 200,
    ],
    ids=lambda prompt: prompt[:8],
)
def test_no_prompt_takes_long_to_read(prompt: str) -> None:
    began = time.process_time()
    choose(prompt, None)
    for pattern in Pattern:
        plan_of(values_in(prompt, pattern), pattern)

    assert time.process_time() - began < 5.0
