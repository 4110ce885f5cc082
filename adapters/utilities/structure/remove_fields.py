"""``structure.remove-fields``."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.catalogue.structure import SomeFields
from domain.pipelines.places import without


def run(inputs: Inputs, config: SomeFields) -> Any:
    return without(inputs.primary, config.fields)
