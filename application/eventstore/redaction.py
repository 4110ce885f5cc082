"""Redaction: an event without its personal texts.

The log stores the redacted event in the clear beside the sealed one, so it is also what a reader
without the key gets; every fold accepts it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar, get_args

from msgspec import inspect
from msgspec.structs import replace

from domain.catalogue import AnyEvent
from domain.documents.events import DocumentPurged
from domain.messages import Event

E = TypeVar("E", bound=Event)
Erase: TypeAlias = Callable[[Any], Any]

PERSONAL: Final = {"text": "personal"}
KEY_DESTROYING: Final = frozenset[type[Event]]({DocumentPurged})
"""Events that destroy the data key of their stream."""


def redacted(event: E) -> E:
    """Return the event without its personal texts: empty, absent where it may be, or no items."""
    erase = _ERASERS[type(event)]
    found: E = event if erase is None else erase(event)
    return found


def is_personal(event: Event) -> bool:
    """Tell whether events of this type may hold personal text."""
    return _ERASERS[type(event)] is not None


def _eraser(kind: inspect.Type) -> Erase | None:
    """Make what erases a value of a type; ``None`` where there is nothing to erase."""
    match kind:
        case inspect.Metadata(type=inner, extra=extra):
            return (lambda _: "") if extra == PERSONAL else _eraser(inner)
        case inspect.UnionType(types=types):
            return _of_union(types)
        case inspect.VarTupleType(item_type=item):
            return None if _eraser(item) is None else lambda _: ()
        case inspect.StructType(cls=cls):
            return _of_struct(cls)
    return None


def _of_union(types: tuple[inspect.Type, ...]) -> Erase | None:
    """Erase to nothing where that is one of the choices."""
    if not any(_eraser(each) for each in types):
        return None
    if any(isinstance(each, inspect.NoneType) for each in types):
        return lambda _: None
    raise TypeError(f"cannot erase one of {types}")


@cache
def _of_struct(cls: type) -> Erase | None:
    info = inspect.type_info(cls)
    fields: Mapping[str, Erase] = {
        field.name: erase
        for field in getattr(info, "fields", ())
        if (erase := _eraser(field.type)) is not None
    }
    if not fields:
        return None
    return lambda value: replace(
        value, **{name: erase(getattr(value, name)) for name, erase in fields.items()}
    )


_ERASERS: Final[Mapping[type, Erase | None]] = {
    kind: _of_struct(kind) for kind in get_args(AnyEvent)
}
