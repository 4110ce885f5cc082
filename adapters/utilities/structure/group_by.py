"""``structure.group-by``."""

from typing import Any

from adapters.utilities.inputs import Inputs, array
from domain.pipelines.expressions.values import text
from domain.pipelines.path_values import first_at
from domain.pipelines.paths import parse_path
from domain.pipelines.utilities.structure import GroupBy


def run(inputs: Inputs, config: GroupBy) -> Any:
    """Group by the field's text; what has no such field is grouped under ``null``."""
    path, groups = parse_path(config.key), dict[str, list[Any]]()
    for item in array(inputs.primary):
        value = first_at(item, path)
        groups.setdefault("null" if value is None else text(value), []).append(item)
    return groups
