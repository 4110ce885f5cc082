"""``structure.sort``."""

from typing import Any

from adapters.utilities.inputs import Inputs, array
from domain.pipelines.expressions.values import rank
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.utilities.structure import Direction, Sort


def run(inputs: Inputs, config: Sort) -> Any:
    return in_order(array(inputs.primary), config.by, config.dir)


def in_order(rows: list[Any], by: str, direction: Direction) -> list[Any]:
    """Sort by a field: null or missing, false, true, numbers, texts, arrays, objects."""
    path = parse_path(by)
    return sorted(
        rows,
        key=lambda row: rank(first_at(row, path)),
        reverse=direction is Direction.DESCENDING,
    )
