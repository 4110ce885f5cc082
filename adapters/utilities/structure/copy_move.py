"""Utility ``structure.copy-move``: copies or moves a field to another path."""

from typing import Any

from adapters.utilities.inputs import Inputs, map_items
from domain.pipelines.expressions.values import kind
from domain.pipelines.path_values import REMOVED, first_at, remove_paths
from domain.pipelines.paths import Path, parse_path
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.structure import CopyMove, Transfer


def run(inputs: Inputs, config: CopyMove) -> Any:
    return map_items(inputs.primary, lambda value: _transfer(value, config))


def _transfer(value: Any, config: CopyMove) -> Any:
    moved = first_at(value, parse_path(config.from_), REMOVED)
    if moved is REMOVED:
        return value
    left = remove_paths(value, [config.from_]) if config.mode is Transfer.MOVE else value
    return _put(left, parse_path(config.to), moved)


def _put(value: Any, path: Path, moved: Any) -> Any:
    """Return the value with another at a path; missing objects on the path are created."""
    if not path:
        return moved
    if value is not None and not isinstance(value, dict):
        raise InvalidInput(f"There is {kind(value)} on the way to {path[-1]!r}.")
    name, around = path[0], value or {}
    return {**around, name: _put(around.get(name), path[1:], moved)}
