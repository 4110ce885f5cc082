"""What utilities are given, and how they insist on its being what they can work on."""

from collections.abc import Callable
from typing import Any, NamedTuple

from domain.pipelines.expressions.values import kind
from domain.pipelines.refusals import InvalidInput


class Inputs(NamedTuple):
    """JSON values, which must not be altered: others may hold them, too."""

    primary: Any
    secondary: Any = None


def array(value: Any) -> list[Any]:
    """Return an array, or raise ``InvalidInput``."""
    if not isinstance(value, list):
        raise InvalidInput(f"This works on an array, not on {kind(value)}.")
    return value


def text(value: Any, what: str = "a text") -> str:
    """Return a text, or raise ``InvalidInput`` saying what it should hold."""
    if not isinstance(value, str):
        raise InvalidInput(f"This works on {what}, not on {kind(value)}.")
    return value


def each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Change each element of an array, or the one value there is."""
    return [change(element) for element in value] if isinstance(value, list) else change(value)


def record(value: Any) -> dict[str, Any]:
    """Return an object, or raise ``InvalidInput``."""
    if not isinstance(value, dict):
        raise InvalidInput(f"This works on objects, not on {kind(value)}.")
    return value
