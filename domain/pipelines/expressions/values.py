"""Conversion and comparison of JSON values in expressions."""

import math
from typing import Any, Final

import msgspec

from domain.pipelines.refusals import InvalidInput

MAX_NUMBER: Final = 10**30
"""Limit of numbers; larger ones are refused."""


def text(value: Any) -> str:
    """Return a value as text: empty for null, JSON for all that is not a text."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Any) -> int | float | None:
    """Convert a number or a numeric text to a number; ``None`` for anything else."""
    if is_number(value):
        return bounded(value)
    if not isinstance(value, str):
        return None
    try:
        return bounded(int(value)) if value.strip().lstrip("+-").isdecimal() else _finite(value)
    except (ValueError, InvalidInput):
        return None


def bounded(value: float) -> int | float:
    if not -MAX_NUMBER < value < MAX_NUMBER:  # false for NaN, too
        raise InvalidInput("A number has become too large.")
    return value


def truth(value: Any) -> bool:
    """Say whether a value counts as true: all but null, false, 0 and empty values."""
    return bool(value)


def same(left: Any, right: Any) -> bool:
    """Compare as JSON does: true is not 1, but 1 is 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def ordered(left: Any, right: Any) -> bool:
    """Say whether two values can be ordered: two numbers or two texts."""
    both_texts = isinstance(left, str) and isinstance(right, str)
    return both_texts or (is_number(left) and is_number(right))


def rank(value: Any) -> tuple[Any, ...]:
    """Return a sort key for any value: null, false, true, numbers, texts, arrays, objects."""
    match value:
        case None:
            return (0,)
        case bool():
            return (1, value)
        case int() | float():
            return (2, value)
        case str():
            return (3, value)
        case list():
            return (4, [rank(item) for item in value])
    return (5, [(key, rank(item)) for key, item in sorted(value.items())])


def kind(value: Any) -> str:
    """Return the name of a value's JSON type."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", str: "a text", list: "an array", dict: "an object"}
    return kinds.get(type(value), "a number")


def _finite(value: str) -> float:
    made = float(value)
    if not math.isfinite(made) or "_" in value:
        raise ValueError(value)
    return bounded(made)
