"""Utility ``schema.validate``, by jsonschema-rs: fetches nothing; patterns take linear time."""

from itertools import islice
from typing import Any, Final, NoReturn

import jsonschema_rs

from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import kind
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.utility import NoConfig

MAX_ERRORS: Final = 1_000
"""Errors listed in the output."""


def run(inputs: Inputs, _: NoConfig) -> Any:
    errors = [
        {"path": _pointer(error.instance_path), "message": error.message}
        for error in islice(_validator(inputs.secondary).iter_errors(inputs.primary), MAX_ERRORS)
    ]
    return {"valid": not errors, "errors": errors}


def _validator(schema: Any) -> Any:
    if not isinstance(schema, dict | bool):
        raise InvalidInput(f"A JSON Schema is an object or a boolean, not {kind(schema)}.")
    try:
        return jsonschema_rs.validator_for(
            schema, retriever=_refuse_reference, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        reason = getattr(error, "message", None) or str(error)
        raise InvalidInput(f"The secondary input is no schema to check by: {reason}") from error


def _refuse_reference(uri: str) -> NoReturn:
    raise ValueError(f"{uri} lies outside the schema")


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
