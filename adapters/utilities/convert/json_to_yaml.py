"""Utility ``convert.json-to-yaml``, by PyYAML."""

from typing import Any

import yaml

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    return yaml.dump(
        _copy(inputs.primary),
        Dumper=yaml.CSafeDumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
    )


def _copy(value: Any) -> Any:
    """Copy, since an object shared in memory would be written as an alias."""
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return value
