"""Values as keys: JSON values that are the same have the same one, whatever they are."""

from typing import Any

from domain.pipelines.expressions.values import is_number


def identity(value: Any) -> Any:
    """Return what stands for a value in a set: 1 and 1.0 are the same, 1 and true are not."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ("array", *[identity(item) for item in value])
    if isinstance(value, dict):
        return ("object", frozenset((key, identity(item)) for key, item in value.items()))
    return ("number", value) if is_number(value) else ("literal", value)
