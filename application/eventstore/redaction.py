"""Redaction: an event without its personal texts.

The log stores the redacted event in the clear beside the sealed one, so it is also what a reader
without the key gets; every fold accepts it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar, get_args

from msgspec import Struct, inspect
from msgspec.structs import replace

from domain.catalogue import AnyEvent
from domain.messages import Event

E = TypeVar("E", bound=Event)
Erase: TypeAlias = Callable[[Any], Any]

PERSONAL: Final = {"text": "personal"}


def redacted(event: E) -> E:
    """Return the event without its personal texts: empty, absent where it may be, or no items."""
    erase = _ERASERS[type(event)]
    found: E = event if erase is None else erase(event)
    return found


def is_personal(event: Event) -> bool:
    """Tell whether events of this type may hold personal text."""
    return _ERASERS[type(event)] is not None


class _Always(Struct, frozen=True):
    """An eraser whose result does not depend on the value."""

    result: Any

    def __call__(self, _: Any) -> Any:
        return self.result


def _eraser(kind: inspect.Type) -> Erase | None:
    """Make what erases a value of a type; ``None`` where there is nothing to erase."""
    match kind:
        case inspect.Metadata(type=inner, extra=extra):
            return _Always("") if extra == PERSONAL else _eraser(inner)
        case inspect.UnionType(types=types):
            return _of_union(types)
        case inspect.VarTupleType(item_type=item):
            return None if _eraser(item) is None else _Always(())
        case inspect.StructType(cls=cls):
            return _of_struct(cls)
    return None


def _of_union(types: tuple[inspect.Type, ...]) -> Erase | None:
    """Erase to nothing where that is one of the choices."""
    if not any(_eraser(each) for each in types):
        return None
    if any(isinstance(each, inspect.NoneType) for each in types):
        return _Always(None)
    raise TypeError(f"cannot erase one of {types}")


@cache
def _of_struct(cls: type) -> Erase | None:
    """Make a struct's eraser; one with nothing but personal text is always erased to the same."""
    kinds = {field.name: field.type for field in getattr(inspect.type_info(cls), "fields", ())}
    erasers = {name: found for name, kind in kinds.items() if (found := _eraser(kind)) is not None}
    blank = {name: erase.result for name, erase in erasers.items() if isinstance(erase, _Always)}
    if not erasers:
        return None
    if blank.keys() == kinds.keys():
        return _Always(cls(**blank))
    if blank.keys() == erasers.keys():
        return lambda value: replace(value, **blank)
    return lambda value: replace(
        value, **{name: erase(getattr(value, name)) for name, erase in erasers.items()}
    )


_ERASERS: Final[Mapping[type, Erase | None]] = {
    kind: _of_struct(kind) for kind in get_args(AnyEvent)
}
