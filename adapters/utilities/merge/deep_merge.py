"""Utility ``merge.deep-merge``: merges two values recursively."""

from typing import Any

from adapters.utilities.equality_key import equality_key
from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.merge import ArrayStrategy, ConflictStrategy, DeepMerge


def run(inputs: Inputs, config: DeepMerge) -> Any:
    return _merge(inputs.primary, inputs.secondary, config)


def _merge(mine: Any, theirs: Any, config: DeepMerge) -> Any:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        both = {
            key: _resolve(value, theirs[key], config) if key in theirs else value
            for key, value in mine.items()
        }
        return {**both, **{key: theirs[key] for key in theirs if key not in mine}}
    return _resolve(mine, theirs, config)


def _resolve(mine: Any, theirs: Any, config: DeepMerge) -> Any:
    if config.conflict_strategy is not ConflictStrategy.DEEP_MERGE:
        prefers_mine = config.conflict_strategy is ConflictStrategy.PREFER_PRIMARY
        return mine if prefers_mine else theirs
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _merge(mine, theirs, config)
    if isinstance(mine, list) and isinstance(theirs, list):
        return _merge_arrays(mine, theirs, config.array_strategy)
    return theirs


def _merge_arrays(mine: list[Any], theirs: list[Any], strategy: ArrayStrategy) -> list[Any]:
    match strategy:
        case ArrayStrategy.REPLACE:
            return theirs
        case ArrayStrategy.CONCAT:
            return [*mine, *theirs]
        case ArrayStrategy.UNIQUE:
            unique = dict[Any, Any]()
            for item in (*mine, *theirs):
                unique.setdefault(equality_key(item), item)
            return [*unique.values()]
