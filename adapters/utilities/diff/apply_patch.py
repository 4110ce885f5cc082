"""Utility ``diff.apply-patch``: RFC 6902, by jsonpatch."""

from typing import Any

import jsonpatch
import jsonpointer

from adapters.utilities.inputs import Inputs, require_array
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    operations = require_array(inputs.secondary)
    try:
        return jsonpatch.JsonPatch(operations).apply(inputs.primary)
    except (
        jsonpatch.JsonPatchException,
        jsonpointer.JsonPointerException,
        *(TypeError, KeyError, AttributeError, ValueError, IndexError),
    ) as error:
        raise InvalidInput(f"The patch cannot be applied: {error}") from error
