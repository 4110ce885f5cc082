"""``schema.normalize``."""

from typing import Any

from adapters.utilities.inputs import Inputs, array, record
from domain.pipelines.utilities.schema import Normalize


def run(inputs: Inputs, config: Normalize) -> Any:
    records = [record(item) for item in array(inputs.primary)]
    fields = dict.fromkeys(key for item in records for key in item)
    return [{key: item.get(key, config.fill) for key in fields} for item in records]
