"""Utility ``schema.normalize``: gives all records of an array the same fields."""

from typing import Any

from adapters.utilities.inputs import Inputs, require_array, require_object
from domain.pipelines.utilities.schema import Normalize


def run(inputs: Inputs, config: Normalize) -> Any:
    records = [require_object(item) for item in require_array(inputs.primary)]
    fields = dict.fromkeys(key for item in records for key in item)
    return [{key: item.get(key, config.fill) for key in fields} for item in records]
