"""``cleanup.fix-encoding``, by ftfy."""

from typing import Any

import ftfy

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    return _fixed(inputs.primary)


def _fixed(value: Any) -> Any:
    """Repair texts and names; what is written as it should be stays as it is."""
    if isinstance(value, str):
        return ftfy.fix_encoding(value)
    if isinstance(value, list):
        return [_fixed(item) for item in value]
    if isinstance(value, dict):
        return {ftfy.fix_encoding(key): _fixed(item) for key, item in value.items()}
    return value
