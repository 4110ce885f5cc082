"""Utility ``structure.pick-fields``: keeps the fields named and nothing else."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.path_values import pick_paths
from domain.pipelines.utilities.structure import SomeFields


def run(inputs: Inputs, config: SomeFields) -> Any:
    return pick_paths(inputs.primary, config.fields)
