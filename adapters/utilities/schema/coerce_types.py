"""Utility ``schema.coerce-types``: converts fields to the types configured."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from adapters.utilities.inputs import Inputs
from domain.pipelines.expressions.values import is_number, kind, number
from domain.pipelines.expressions.values import text as as_text
from domain.pipelines.path_values import change_at_paths
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.schema import CoerceTypes, Kind

_TRUE: Final = frozenset({"true", "yes", "y", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "off", "0"})


def run(inputs: Inputs, config: CoerceTypes) -> Any:
    value = inputs.primary
    for path, wanted in config.types.items():
        value = change_at_paths(value, [path], partial(_coerce, path, wanted))
    return value


def _coerce(path: str, wanted: Kind, value: Any) -> Any:
    """Convert a value to a kind; null stays null."""
    if value is None:
        return None
    converted = _KINDS[wanted](value)
    if converted is None:
        shown = as_text(value)[:50]
        raise InvalidInput(f"{path}: {kind(value)}, {shown!r}, cannot be made {wanted.value}.")
    return converted


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else number(value)


def _integer(value: Any) -> int | None:
    converted = _number(value)
    return None if converted is None or converted != int(converted) else int(converted)


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if is_number(value) and value in (0, 1):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


_KINDS: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.STRING: as_text,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
}
