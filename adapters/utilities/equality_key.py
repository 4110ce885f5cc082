"""Equality keys: equal JSON values have equal, hashable keys."""

from typing import Any

from domain.pipelines.expressions.values import is_number


def equality_key(value: Any) -> Any:
    """Return a hashable key of a JSON value: 1 and 1.0 have the same one, 1 and true do not."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ("array", *[equality_key(item) for item in value])
    if isinstance(value, dict):
        return ("object", frozenset((key, equality_key(item)) for key, item in value.items()))
    return ("number", value) if is_number(value) else ("literal", value)
