"""Utility ``analysis.aggregate``: computes figures of rows, by group."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median
from typing import Any, Final

from adapters.utilities.equality_key import equality_key
from adapters.utilities.inputs import Inputs, require_array
from domain.pipelines.expressions.values import is_number, kind, rank
from domain.pipelines.path_values import values_at
from domain.pipelines.paths import parse_path
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.analysis import Aggregate, Figure, Op


def run(inputs: Inputs, config: Aggregate) -> Any:
    rows = require_array(inputs.primary)
    if not config.group_by:
        return _figures(rows, config.ops)
    paths = {field: parse_path(field) for field in config.group_by}
    groups = dict[Any, tuple[dict[str, Any], list[Any]]]()
    for row in rows:
        about = {field: next(values_at(row, path), None) for field, path in paths.items()}
        groups.setdefault(equality_key([*about.values()]), (about, []))[1].append(row)
    return [{**about, **_figures(group, config.ops)} for about, group in groups.values()]


def _figures(rows: Sequence[Any], ops: Sequence[Op]) -> dict[str, Any]:
    return {op.name: _figure(rows, op) for op in ops}


def _figure(rows: Sequence[Any], op: Op) -> Any:
    """Compute a figure; null and missing values are ignored."""
    if op.field is None:
        return len(rows)
    path = parse_path(op.field)
    values = [value for row in rows for value in values_at(row, path) if value is not None]
    if op.op in _OF_NUMBERS and (odd := [value for value in values if not is_number(value)]):
        raise InvalidInput(f"{op.field}: {op.op.value} is of numbers, not of {kind(odd[0])}.")
    return _FIGURES[op.op](values)


_OF_NUMBERS: Final = frozenset({Figure.SUM, Figure.MEAN, Figure.MEDIAN})
_FIGURES: Final[Mapping[Figure, Callable[[list[Any]], Any]]] = {
    Figure.COUNT: len,
    Figure.SUM: sum,
    Figure.MIN: lambda values: min(values, key=rank, default=None),
    Figure.MAX: lambda values: max(values, key=rank, default=None),
    Figure.MEAN: lambda values: fmean(values) if values else None,
    Figure.MEDIAN: lambda values: median(values) if values else None,
    Figure.DISTINCT: lambda values: len({equality_key(value) for value in values}),
}
