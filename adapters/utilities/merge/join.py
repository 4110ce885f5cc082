"""Utility ``merge.join``: joins two arrays of records on a field, as SQL does."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

from adapters.utilities.equality_key import equality_key
from adapters.utilities.inputs import Inputs, require_array, require_object
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.refusals import OutputTooLarge
from domain.pipelines.utilities.merge import Join, JoinType

MAX_ROWS: Final = 1_000_000

Row: TypeAlias = dict[str, Any]


def run(inputs: Inputs, config: Join) -> Any:
    rows = [*islice(_join(inputs, config), MAX_ROWS + 1)]
    if len(rows) > MAX_ROWS:
        raise OutputTooLarge(f"The join has more than {MAX_ROWS} rows.")
    return rows


def _join(inputs: Inputs, config: Join) -> Iterator[Row]:
    """Match the rows; null matches nothing, as in SQL."""
    path = parse_path(config.on)
    theirs = [require_object(row) for row in require_array(inputs.secondary)]
    by_key = dict[Any, list[int]]()
    for number, row in enumerate(theirs):
        if (key := first_at(row, path)) is not None:
            by_key.setdefault(equality_key(key), []).append(number)
    matched = set[int]()
    for mine in map(require_object, require_array(inputs.primary)):
        key = first_at(mine, path)
        numbers = () if key is None else by_key.get(equality_key(key), ())
        matched.update(numbers)
        for number in numbers:
            yield {**mine, **{k: v for k, v in theirs[number].items() if k not in mine}}
        if not numbers and config.type in (JoinType.LEFT, JoinType.FULL):
            yield mine
    if config.type in (JoinType.RIGHT, JoinType.FULL):
        yield from (row for number, row in enumerate(theirs) if number not in matched)
