"""Type of a public event: its permanent name, its data, and the scope that may read it."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, get_type_hints

import msgspec

from domain.identity.scopes import Scope
from domain.messages import Event

E = TypeVar("E", bound=Event)


class Data(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an event tells its readers: no digest, no secret. Fields are added, never changed."""


class PublicType(NamedTuple):
    """``make`` takes the id of the stream's subject and the event; readers need ``scope``."""

    name: str
    scope: Scope
    event: type[Event]
    data: type[Data]
    make: Callable[[str, Any], Data]


def public_type(
    name: str, scope: Scope, event: type[E], make: Callable[[str, E], Data]
) -> PublicType:
    return PublicType(name, scope, event, get_type_hints(make)["return"], make)
