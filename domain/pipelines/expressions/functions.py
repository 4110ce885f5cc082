"""Functions of expressions, over JSON values; most return null for null."""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

from domain.pipelines.expressions.values import is_number, number, rank, same, text, truth
from domain.pipelines.refusals import InvalidInput

MANY: Final = 50
MAX_DIGITS: Final = 15


class Function(NamedTuple):
    """A function that takes ``least`` to ``most`` arguments."""

    call: Callable[..., Any]
    least: int = 1
    most: int = 1


def _of_text(change: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(text(value))


def _of_number(change: Callable[[float], Any]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        if value is None:
            return None
        if not is_number(value):
            raise InvalidInput(f"{text(value)[:50]!r} is not a number.")
        return change(value)

    return call


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, str | list | dict) else None


def _round(value: Any, digits: Any = 0) -> Any:
    """Round half away from zero."""
    if value is None or not is_number(value):
        return _of_number(float)(value)
    places = max(-MAX_DIGITS, min(MAX_DIGITS, int(number(digits) or 0)))
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(rounded) if places > 0 and isinstance(value, float) else int(rounded)


def _substring(value: Any, start: Any, end: Any = None) -> str | None:
    places = [None if place is None else int(number(place) or 0) for place in (start, end)]
    return None if value is None else text(value)[slice(*places)]


def _replace(value: Any, old: Any, new: Any) -> str | None:
    if value is None or not text(old):
        return value if value is None else text(value)
    return text(value).replace(text(old), text(new))


def _contains(value: Any, part: Any) -> bool:
    if isinstance(value, list):
        return any(same(item, part) for item in value)
    if isinstance(value, dict):
        return isinstance(part, str) and part in value
    return value is not None and text(part) in text(value)


def _join(value: Any, separator: Any = ", ") -> str | None:
    if not isinstance(value, list):
        return None if value is None else text(value)
    return text(separator).join(map(text, value))


def _split(value: Any, separator: Any = ",") -> list[str] | None:
    return None if value is None else text(value).split(text(separator) or None)


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _flat(values: tuple[Any, ...]) -> list[Any]:
    listed = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return [value for value in listed if value is not None]


def _sum(*values: Any) -> Any:
    return sum(value for value in _flat(values) if is_number(value))


FUNCTIONS: Final[Mapping[str, Function]] = {
    "upper": Function(_of_text(str.upper)),
    "lower": Function(_of_text(str.lower)),
    "title": Function(_of_text(str.title)),
    "trim": Function(_of_text(str.strip)),
    "length": Function(_length),
    "text": Function(text),
    "number": Function(number),
    "round": Function(_round, 1, 2),
    "floor": Function(_of_number(math.floor)),
    "ceil": Function(_of_number(math.ceil)),
    "abs": Function(_of_number(abs)),
    "substring": Function(_substring, 2, 3),
    "replace": Function(_replace, 3, 3),
    "contains": Function(_contains, 2, 2),
    "startswith": Function(lambda value, part: text(value).startswith(text(part)), 2, 2),
    "endswith": Function(lambda value, part: text(value).endswith(text(part)), 2, 2),
    "split": Function(_split, 1, 2),
    "join": Function(_join, 1, 2),
    "concat": Function(lambda *values: "".join(map(text, values)), 1, MANY),
    "coalesce": Function(_coalesce, 1, MANY),
    "if": Function(lambda test, then, other=None: then if truth(test) else other, 2, 3),
    "min": Function(lambda *values: min(_flat(values), key=rank, default=None), 1, MANY),
    "max": Function(lambda *values: max(_flat(values), key=rank, default=None), 1, MANY),
    "sum": Function(_sum, 1, MANY),
    "isnull": Function(lambda value: value is None),
}
