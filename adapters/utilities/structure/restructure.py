"""Utility ``structure.restructure``: builds a new shape from a template."""

from typing import Any

from adapters.utilities.inputs import Inputs, map_items
from domain.pipelines.expressions.evaluating import Evaluate
from domain.pipelines.expressions.templates import template
from domain.pipelines.utilities.structure import Restructure


def run(inputs: Inputs, config: Restructure) -> Any:
    return map_items(inputs.primary, _evaluator(config.template))


def _evaluator(shape: Any) -> Evaluate:
    """Return the function that evaluates a template for a value."""
    if isinstance(shape, str):
        return template(shape)
    if isinstance(shape, list):
        items = [_evaluator(item) for item in shape]
        return lambda about: [item(about) for item in items]
    if isinstance(shape, dict):
        members = {key: _evaluator(item) for key, item in shape.items()}
        return lambda about: {key: member(about) for key, member in members.items()}
    return lambda _: shape
