"""Utility ``cleanup.repair-json``: parses malformed JSON, by json-repair."""

import math
from typing import Any

import json_repair

from adapters.utilities.inputs import Inputs, require_text
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    source = require_text(inputs.primary, "a text that is nearly JSON")
    made = json_repair.loads(source)
    if made == "" and source.strip() not in ('""', "''"):
        raise InvalidInput("There is no JSON to be found in this text.")
    return _without_nan(made)


def _without_nan(value: Any) -> Any:
    """Replace NaN and Infinity, which JSON has not, by null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    return value
