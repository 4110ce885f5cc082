"""``merge.merge-patch``: RFC 7396."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.utilities.utility import NoConfig


def run(inputs: Inputs, _: NoConfig) -> Any:
    return _patched(inputs.primary, inputs.secondary)


def _patched(target: Any, patch: Any) -> Any:
    """Merge as section 2 of the RFC does: null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    members = target if isinstance(target, dict) else {}
    left = {key: value for key, value in members.items() if patch.get(key, ...) is not None}
    changes = {key: value for key, value in patch.items() if value is not None}
    return {**left, **{key: _patched(left.get(key), value) for key, value in changes.items()}}
