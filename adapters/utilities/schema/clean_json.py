"""Utility ``schema.clean-json``: removes nulls and empty values, and trims strings."""

from typing import Any

from adapters.utilities.inputs import Inputs
from domain.pipelines.path_values import REMOVED
from domain.pipelines.utilities.schema import CleanJson


def run(inputs: Inputs, config: CleanJson) -> Any:
    cleaned = _clean(inputs.primary, config)
    return None if cleaned is REMOVED else cleaned


def _clean(value: Any, config: CleanJson) -> Any:
    """Clean children first, so that a container they leave empty is removed as well."""
    match value:
        case str():
            trimmed = value.strip() if config.trim_strings else value
            return REMOVED if config.remove_empty_strings and not trimmed else trimmed
        case None:
            return REMOVED if config.remove_nulls else None
        case dict():
            members = {
                key: child
                for key, item in value.items()
                if (child := _clean(item, config)) is not REMOVED
            }
            return REMOVED if config.remove_empty_objects and not members else members
        case list():
            items = [child for i in value if (child := _clean(i, config)) is not REMOVED]
            return REMOVED if config.remove_empty_arrays and not items else items
    return value
