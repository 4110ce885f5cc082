"""Utility ``structure.sort``: sorts an array by a field."""

from typing import Any

from adapters.utilities.inputs import Inputs, require_array
from domain.pipelines.expressions.values import rank
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.utilities.structure import Direction, Sort


def run(inputs: Inputs, config: Sort) -> Any:
    return sort_rows(require_array(inputs.primary), config.by, config.dir)


def sort_rows(rows: list[Any], by: str, direction: Direction) -> list[Any]:
    """Sort by a field: null or missing, false, true, numbers, texts, arrays, objects."""
    path = parse_path(by)
    return sorted(
        rows,
        key=lambda row: rank(first_at(row, path)),
        reverse=direction is Direction.DESCENDING,
    )
