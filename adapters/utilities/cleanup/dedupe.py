"""Utility ``cleanup.dedupe``: removes duplicates from an array."""

from collections.abc import Sequence
from typing import Any

from adapters.utilities.equality_key import equality_key
from adapters.utilities.inputs import Inputs, require_array
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.utilities.cleanup import Dedupe


def run(inputs: Inputs, config: Dedupe) -> Any:
    return dedupe_rows(require_array(inputs.primary), config.keys)


def dedupe_rows(rows: list[Any], keys: Sequence[str]) -> list[Any]:
    """Return the first of each set of equal rows; a missing field equals null."""
    paths = [parse_path(key) for key in keys]
    unique = dict[Any, Any]()
    for row in rows:
        key = [first_at(row, path) for path in paths] if paths else row
        unique.setdefault(equality_key(key), row)
    return [*unique.values()]
