"""``structure.restructure``."""

from typing import Any

from adapters.utilities.inputs import Inputs, each
from domain.pipelines.expressions.evaluating import Evaluate
from domain.pipelines.expressions.templates import template
from domain.pipelines.utilities.structure import Restructure


def run(inputs: Inputs, config: Restructure) -> Any:
    return each(inputs.primary, _made(config.template))


def _made(shape: Any) -> Evaluate:
    """Return what fills a template in."""
    if isinstance(shape, str):
        return template(shape)
    if isinstance(shape, list):
        items = [_made(item) for item in shape]
        return lambda about: [item(about) for item in items]
    if isinstance(shape, dict):
        members = {key: _made(item) for key, item in shape.items()}
        return lambda about: {key: member(about) for key, member in members.items()}
    return lambda _: shape
