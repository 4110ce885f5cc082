"""Utility ``merge.merge-patch``: RFC 7396."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    return _patch(inputs.primary, inputs.secondary)


def _patch(target: Any, patch: Any) -> Any:
    """Merge by section 2 of the RFC: null removes, objects merge, other values replace."""
    if not isinstance(patch, dict):
        return patch
    members = target if isinstance(target, dict) else {}
    left = {key: value for key, value in members.items() if patch.get(key, ...) is not None}
    changes = {key: value for key, value in patch.items() if value is not None}
    return {**left, **{key: _patch(left.get(key), value) for key, value in changes.items()}}
