"""Utility ``diff.create-patch``: RFC 6902, by jsonpatch."""

from typing import Any

import jsonpatch

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    return jsonpatch.make_patch(inputs.primary, inputs.secondary).patch
