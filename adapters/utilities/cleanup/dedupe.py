"""``cleanup.dedupe``."""

from collections.abc import Sequence
from typing import Any

from adapters.utilities.identity import identity
from adapters.utilities.inputs import Inputs, array
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.utilities.cleanup import Dedupe


def run(inputs: Inputs, config: Dedupe) -> Any:
    return deduped(array(inputs.primary), config.keys)


def deduped(rows: list[Any], keys: Sequence[str]) -> list[Any]:
    """Return the rows that are the first of their kind; a field that is missing is like null."""
    paths = [parse_path(key) for key in keys]
    kept = dict[Any, Any]()
    for row in rows:
        about = [first_at(row, path) for path in paths] if paths else row
        kept.setdefault(identity(about), row)
    return [*kept.values()]
