"""``cleanup.sort-keys``."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.cleanup import SortKeys


def run(inputs: Inputs, config: SortKeys) -> Any:
    return _sorted(inputs.primary, deep=config.deep)


def _sorted(value: Any, *, deep: bool) -> Any:
    if isinstance(value, list):
        return [_sorted(item, deep=deep) for item in value] if deep else value
    if isinstance(value, dict):
        return {
            key: _sorted(value[key], deep=True) if deep else value[key] for key in sorted(value)
        }
    return value
