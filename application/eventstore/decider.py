"""Decider: an aggregate as two pure functions, ``decide`` and ``evolve``, and its category."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from domain.messages import Command, Event

State = TypeVar("State")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)


class Decider(NamedTuple, Generic[State, C, E]):
    """``category`` is the first part of the names of its streams."""

    category: str
    state: type[State]
    decide: Callable[[State | None, C, datetime], Sequence[E]]
    evolve: Callable[[State | None, E], State]

    def stream(self, key: str) -> str:
        return f"{self.category}-{key}"
