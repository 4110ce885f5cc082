"""How values of JSON behave in expressions: as texts, as numbers, and compared."""

import math
from typing import Any, Final

import msgspec

from domain.pipelines.refusals import InvalidInput

MAX_NUMBER: Final = 10**30
"""Numbers stay below it; beyond, nobody means what comes out."""


def text(value: Any) -> str:
    """Return a value as text: nothing for null, JSON for what is neither text nor number."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Any) -> int | float | None:
    """Return a number, or a text that is one, as a number; ``None`` for anything else."""
    if is_number(value):
        return bounded(value)
    if not isinstance(value, str):
        return None
    try:
        return bounded(int(value)) if value.strip().lstrip("+-").isdecimal() else _finite(value)
    except (ValueError, InvalidInput):
        return None


def bounded(value: float) -> int | float:
    if not -MAX_NUMBER < value < MAX_NUMBER:  # which NaN is neither
        raise InvalidInput("A number has become too large.")
    return value


def truth(value: Any) -> bool:
    """Say whether a value counts as true: all but null, false, 0 and what is empty."""
    return bool(value)


def same(left: Any, right: Any) -> bool:
    """Compare as JSON does: true is not 1, but 1 is 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def ordered(left: Any, right: Any) -> bool:
    """Say whether two values have an order: two numbers have, and two texts."""
    both_texts = isinstance(left, str) and isinstance(right, str)
    return both_texts or (is_number(left) and is_number(right))


def rank(value: Any) -> tuple[Any, ...]:
    """Place any two values in one order: null, false, true, numbers, texts, arrays, objects."""
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
    """Name what a value is, as JSON calls it."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", str: "a text", list: "an array", dict: "an object"}
    return kinds.get(type(value), "a number")


def _finite(value: str) -> float:
    made = float(value)
    if not math.isfinite(made) or "_" in value:
        raise ValueError(value)
    return bounded(made)
