"""``transform.map-values``."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import text
from domain.pipelines.path_values import change_at_paths
from domain.pipelines.utilities.transform import MapValues


def run(inputs: Inputs, config: MapValues) -> Any:
    def mapped(value: Any) -> Any:
        """Look up what is no array or object; in those, each value."""
        if isinstance(value, list):
            return [mapped(item) for item in value]
        if isinstance(value, dict):
            return {key: mapped(item) for key, item in value.items()}
        return config.table.get("null" if value is None else text(value), value)

    return change_at_paths(inputs.primary, config.targets or ("$",), mapped)
