"""The type of a context's refused commands: at least one for each of its deciders."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from application.eventstore.decider import Decider
from application.eventstore.transactions import Transactions
from domain.refusals import Refusal
from scripts.composition.backend import Backend

Prepared = TypeVar("Prepared")


class RefusedCommand(NamedTuple, Generic[Prepared]):
    decider: Decider[Any, Any, Any]
    refusal: type[Refusal]
    send: Callable[[Backend, Prepared], Awaitable[Any]]


class RefusedCommandPart(NamedTuple, Generic[Prepared]):
    prepare: Callable[[Backend], Awaitable[Prepared]]
    """Records what commands are refused because of; its result goes to every ``send``."""
    commands: Mapping[str, RefusedCommand[Prepared]]
    """By what is wrong with it, a command that is refused."""


async def prepare_nothing(_: Backend) -> None:
    """Record nothing: the commands are refused on any state."""


def transactions_of(backend: Backend) -> Transactions:
    return backend.kernel.transactions
