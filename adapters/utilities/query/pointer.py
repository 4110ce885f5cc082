"""Utility ``query.pointer``: RFC 6901, by jsonpointer."""

from typing import Any

import jsonpointer

from adapters.utilities.inputs import Inputs
from domain.pipelines.refusals import InvalidConfig, InvalidInput
from domain.pipelines.utilities.query import Pointer


def run(inputs: Inputs, config: Pointer) -> Any:
    try:
        pointer = jsonpointer.JsonPointer(config.pointer)
    except jsonpointer.JsonPointerException as error:
        raise InvalidConfig(f"This is no JSON Pointer: {error}", "pointer") from error
    try:
        found = pointer.resolve(inputs.primary)
    except (jsonpointer.JsonPointerException, TypeError) as error:
        raise InvalidInput(f"Nothing is at {config.pointer!r}.") from error
    if isinstance(found, jsonpointer.EndOfList):
        raise InvalidInput(f"Nothing is at {config.pointer!r}.")
    return found
