"""Utility ``cleanup.sort-keys``: sorts the fields of objects by name."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.cleanup import SortKeys


def run(inputs: Inputs, config: SortKeys) -> Any:
    return _sort_keys(inputs.primary, deep=config.deep)


def _sort_keys(value: Any, *, deep: bool) -> Any:
    if isinstance(value, list):
        return [_sort_keys(item, deep=deep) for item in value] if deep else value
    if isinstance(value, dict):
        return {
            key: _sort_keys(value[key], deep=True) if deep else value[key] for key in sorted(value)
        }
    return value
