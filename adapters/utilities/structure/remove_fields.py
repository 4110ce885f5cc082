"""Utility ``structure.remove-fields``: removes the fields named."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.path_values import remove_paths
from domain.pipelines.utilities.structure import SomeFields


def run(inputs: Inputs, config: SomeFields) -> Any:
    return remove_paths(inputs.primary, config.fields)
