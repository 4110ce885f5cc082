"""Utility ``cleanup.fix-encoding``: repairs wrongly decoded text, by ftfy."""

from typing import Any

import ftfy

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    return _fix(inputs.primary)


def _fix(value: Any) -> Any:
    """Repair texts and names; correct ones stay as they are."""
    if isinstance(value, str):
        return ftfy.fix_encoding(value)
    if isinstance(value, list):
        return [_fix(item) for item in value]
    if isinstance(value, dict):
        return {ftfy.fix_encoding(key): _fix(item) for key, item in value.items()}
    return value
