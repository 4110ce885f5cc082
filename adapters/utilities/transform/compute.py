"""``transform.compute``."""

from typing import Any

from adapters.utilities.inputs import Inputs, each, record
from domain.pipelines.expressions.templates import condition
from domain.pipelines.utilities.transform import Compute


def run(inputs: Inputs, config: Compute) -> Any:
    evaluators = {name: condition(source) for name, source in config.fields.items()}

    def computed(value: Any) -> Any:
        made = dict(record(value))
        for name, evaluate in evaluators.items():
            made[name] = evaluate(made)
        return made

    return each(inputs.primary, computed)
