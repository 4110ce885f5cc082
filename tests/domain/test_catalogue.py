"""Every text of every event says whether it can hold personal data."""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from domain.catalogue import AnyEvent
from domain.messages import Event
from domain.text import Personal, Public

UNTYPED = (inspect.StrType, inspect.AnyType, inspect.RawType, inspect.BytesType, inspect.CustomType)


@pytest.mark.parametrize("event", get_args(AnyEvent), ids=lambda event: event.stored_name())
def test_every_text_is_public_or_personal(event: type[Event]) -> None:
    assert [*untyped(inspect.type_info(event))] == []


def test_every_event_has_a_stored_name_of_its_own() -> None:
    names = [event.stored_name() for event in get_args(AnyEvent)]

    assert len(set(names)) == len(names)


class Careless(Event, frozen=True, tag="test.careless"):
    fine: tuple[Public | None, ...]
    members: dict[str, list[Personal]]
    reason: str | None
    anything: Any


def test_an_untyped_text_is_found_at_any_depth() -> None:
    found = [*untyped(inspect.type_info(Careless))]

    assert found == ["members.key", "reason", "anything"]


def untyped(kind: inspect.Type, path: str = "") -> Iterator[str]:
    """Walk a type down to its leaves and name those that hold text but do not say which."""
    match kind:
        case inspect.Metadata(extra={"text": "public" | "personal"}):
            return
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from untyped(field.type, f"{path}.{field.name}".lstrip("."))
        case inspect.UnionType(types=types):
            for each in types:
                yield from untyped(each, path)
        case inspect.DictType(key_type=key, value_type=value):
            yield from untyped(key, f"{path}.key")
            yield from untyped(value, path)
        case _ if isinstance(kind, UNTYPED):
            yield path
        case _:
            for part in inner(kind):
                yield from untyped(part, path)


def inner(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Return the types that a container is made of."""
    for value in msgspec.structs.astuple(kind):
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, inspect.Type):
                yield each
