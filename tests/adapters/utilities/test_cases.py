"""What each utility makes of its inputs: tables beside this file, one per utility.

A case names what it shows, and has either the ``output`` or the code of what is ``refused``.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest

from adapters.utilities.dispatch import run_utility
from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.catalogue import UTILITIES, utility
from domain.refusals import Refusal

CASES: Final = Path(__file__).parent / "cases"
LEAST: Final = 6


def _table(utility_id: str) -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = json.loads((CASES / f"{utility_id}.json").read_text())
    return table


def _all() -> list[Any]:
    return [
        pytest.param(utility_id, case, id=f"{utility_id}: {case['name']}")
        for utility_id in UTILITIES
        for case in _table(utility_id)
    ]


@pytest.mark.parametrize("utility_id", UTILITIES)
def test_each_utility_has_a_table(utility_id: str) -> None:
    assert len(_table(utility_id)) >= LEAST


def test_there_is_no_table_of_nothing() -> None:
    assert {path.stem for path in CASES.iterdir()} == UTILITIES.keys()


@pytest.mark.parametrize(("utility_id", "case"), _all())
def test_it_makes_of_its_inputs_what_the_table_says(utility_id: str, case: dict[str, Any]) -> None:
    inputs = Inputs(case["primary"], case.get("secondary"))
    before = deepcopy(inputs)

    told = _told(utility_id, inputs, case["config"])

    if "refused" in case:
        assert told == {"refused": case["refused"]}
    else:
        assert told == {"output": case["output"]}
        assert _written(told) == _written({"output": case["output"]})
    assert inputs == before


@pytest.mark.parametrize("utility_id", UTILITIES)
def test_the_example_in_the_catalogue_is_true(utility_id: str) -> None:
    example = utility(utility_id).example
    secondary = None if utility(utility_id).secondary is None else example.secondary

    told = _told(utility_id, Inputs(example.primary, secondary), dict(example.config))

    assert told == {"output": example.output}


def _told(utility_id: str, inputs: Inputs, config: dict[str, Any]) -> dict[str, Any]:
    used = utility(utility_id)
    try:
        return {"output": run_utility(used, inputs, used.parse_config(config))}
    except Refusal as refusal:
        return {"refused": refusal.code}


def _written(value: Any) -> str:
    """Write a value as JSON, which tells true from 1, 1 from 1.0, and orders of names."""
    return json.dumps(value)
