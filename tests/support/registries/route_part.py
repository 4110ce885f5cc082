"""The type of a context's routes: what each one needs, and values for its path."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final, NamedTuple, TypeAlias

from api.auth.guard import Need
from domain.identity.scopes import Scope

Route: TypeAlias = tuple[str, str]
"""A method and a path as the router writes it, such as ``/v1/keys/{key_id:str}``."""
NO_ID: Final = "0" * 32
"""A well-formed id that nothing has."""


class Open(Enum):
    """Routes that need no credentials."""

    PUBLIC = auto()
    """Answers 200 to an anonymous GET."""
    LOG_IN = auto()
    """A step of a log-in, which checks tokens of its own."""


class RoutePart(NamedTuple):
    needs: Mapping[Route, Scope | Need | Open]
    values: Mapping[str, str] = {}
    """By placeholder, a value that names nothing; absent ones are ``NO_ID``."""
