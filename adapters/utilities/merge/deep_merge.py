"""``merge.deep-merge``."""

from typing import Any

from adapters.utilities.identity import identity
from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.merge import ArrayStrategy, ConflictStrategy, DeepMerge


def run(inputs: Inputs, config: DeepMerge) -> Any:
    return _merged(inputs.primary, inputs.secondary, config)


def _merged(mine: Any, theirs: Any, config: DeepMerge) -> Any:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        both = {
            key: _agreed(value, theirs[key], config) if key in theirs else value
            for key, value in mine.items()
        }
        return {**both, **{key: theirs[key] for key in theirs if key not in mine}}
    return _agreed(mine, theirs, config)


def _agreed(mine: Any, theirs: Any, config: DeepMerge) -> Any:
    if config.conflict_strategy is not ConflictStrategy.DEEP_MERGE:
        prefers_mine = config.conflict_strategy is ConflictStrategy.PREFER_PRIMARY
        return mine if prefers_mine else theirs
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _merged(mine, theirs, config)
    if isinstance(mine, list) and isinstance(theirs, list):
        return _arrays(mine, theirs, config.array_strategy)
    return theirs


def _arrays(mine: list[Any], theirs: list[Any], strategy: ArrayStrategy) -> list[Any]:
    match strategy:
        case ArrayStrategy.REPLACE:
            return theirs
        case ArrayStrategy.CONCAT:
            return [*mine, *theirs]
        case ArrayStrategy.UNIQUE:
            kept = dict[Any, Any]()
            for item in (*mine, *theirs):
                kept.setdefault(identity(item), item)
            return [*kept.values()]
