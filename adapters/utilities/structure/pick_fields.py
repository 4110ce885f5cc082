"""``structure.pick-fields``."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.catalogue.structure import SomeFields
from domain.pipelines.places import only


def run(inputs: Inputs, config: SomeFields) -> Any:
    return only(inputs.primary, config.fields)
