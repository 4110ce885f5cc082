"""Utility ``transform.map-values``: replaces values by a lookup table."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import text
from domain.pipelines.path_values import change_at_paths
from domain.pipelines.utilities.transform import MapValues


def run(inputs: Inputs, config: MapValues) -> Any:
    def map_value(value: Any) -> Any:
        """Look up a scalar, or each value of an array or object."""
        if isinstance(value, list):
            return [map_value(item) for item in value]
        if isinstance(value, dict):
            return {key: map_value(item) for key, item in value.items()}
        return config.table.get("null" if value is None else text(value), value)

    return change_at_paths(inputs.primary, config.targets or ("$",), map_value)
