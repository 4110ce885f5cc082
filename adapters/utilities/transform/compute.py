"""Utility ``transform.compute``: adds fields computed by expressions."""

from typing import Any

from adapters.utilities.inputs import Inputs, map_items, require_object
from domain.pipelines.expressions.templates import condition
from domain.pipelines.utilities.transform import Compute


def run(inputs: Inputs, config: Compute) -> Any:
    evaluators = {name: condition(source) for name, source in config.fields.items()}

    def compute(value: Any) -> Any:
        result = dict(require_object(value))
        for name, evaluate in evaluators.items():
            result[name] = evaluate(result)
        return result

    return map_items(inputs.primary, compute)
