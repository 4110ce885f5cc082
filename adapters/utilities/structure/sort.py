"""``structure.sort``."""

from typing import Any

from adapters.utilities.inputs import Inputs, array
from domain.pipelines.catalogue.structure import Direction, Sort
from domain.pipelines.expressions.values import rank
from domain.pipelines.paths import parsed
from domain.pipelines.places import first


def run(inputs: Inputs, config: Sort) -> Any:
    return in_order(array(inputs.primary), config.by, config.dir)


def in_order(rows: list[Any], by: str, direction: Direction) -> list[Any]:
    """Sort by a field: null or missing, false, true, numbers, texts, arrays, objects."""
    path = parsed(by)
    return sorted(
        rows,
        key=lambda row: rank(first(row, path)),
        reverse=direction is Direction.DESCENDING,
    )
