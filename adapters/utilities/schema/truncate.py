"""Utility ``schema.truncate``: cuts long strings, long arrays and deep nesting."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.schema import Truncate


def run(inputs: Inputs, config: Truncate) -> Any:
    return _truncate(inputs.primary, config, 1)


def _truncate(value: Any, config: Truncate, depth: int) -> Any:
    if isinstance(value, str):
        return value[: config.max_string]
    if not isinstance(value, list | dict):
        return value
    if config.max_depth is not None and depth > config.max_depth:
        return None
    if isinstance(value, list):
        return [_truncate(item, config, depth + 1) for item in value[: config.max_array]]
    return {key: _truncate(item, config, depth + 1) for key, item in value.items()}
