"""Utility ``structure.group-by``: groups the elements of an array by a field."""

from typing import Any

from adapters.utilities.inputs import Inputs, require_array
from domain.pipelines.expressions.values import text
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.utilities.structure import GroupBy


def run(inputs: Inputs, config: GroupBy) -> Any:
    """Group by the field's text; elements without it are grouped under ``null``."""
    path, groups = parse_path(config.key), dict[str, list[Any]]()
    for item in require_array(inputs.primary):
        value = first_at(item, path)
        groups.setdefault("null" if value is None else text(value), []).append(item)
    return groups
