"""Inputs of utilities, and checks of their types; each raises ``InvalidInput``."""

from collections.abc import Callable
from typing import Any, NamedTuple

from domain.pipelines.expressions.values import kind
from domain.pipelines.refusals import InvalidInput


class Inputs(NamedTuple):
    """The inputs of a step: JSON values. Never altered in place: other steps may share them."""

    primary: Any
    secondary: Any = None


def require_array(value: Any) -> list[Any]:
    """Return an array, or raise ``InvalidInput``."""
    if not isinstance(value, list):
        raise InvalidInput(f"This works on an array, not on {kind(value)}.")
    return value


def require_text(value: Any, what: str = "a text") -> str:
    """Return a string, or raise ``InvalidInput``; ``what`` names what it should hold."""
    if not isinstance(value, str):
        raise InvalidInput(f"This works on {what}, not on {kind(value)}.")
    return value


def map_items(value: Any, change: Callable[[Any], Any]) -> Any:
    """Apply a function to each element of an array, or to the value itself."""
    return [change(element) for element in value] if isinstance(value, list) else change(value)


def require_object(value: Any) -> dict[str, Any]:
    """Return an object, or raise ``InvalidInput``."""
    if not isinstance(value, dict):
        raise InvalidInput(f"This works on objects, not on {kind(value)}.")
    return value
