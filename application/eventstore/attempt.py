"""Attempt: runs a plan on cached states first, and on stored ones before it is refused."""

from collections.abc import Callable
from typing import Any

from application.eventstore.aggregates import Aggregates, Loaded
from application.eventstore.decider import Decider
from application.eventstore.transaction import Decision, Plan, StateOf, Transaction
from domain.refusals import Refusal


class _NotLoaded(Exception):
    """A plan needs a state that is neither cached nor read yet."""

    def __init__(self, decider: Decider[Any, Any, Any], stream: str) -> None:
        self.decider = decider
        self.stream = stream


class Attempt:
    """``tx`` is the transaction of the plan's last run.

    It holds states, not this attempt: a cycle would leave each request to the garbage collector.
    """

    def __init__(self, aggregates: Aggregates, begin: Callable[[StateOf], Transaction]) -> None:
        self._begin = begin
        self._states = _States(aggregates)
        self.tx = begin(self._states.of)

    async def decide(self, plan: Plan) -> Decision:
        """Run a plan; a cached state may accept a command, but neither refuse it nor skip it."""
        while True:
            try:
                decision = plan(self.tx)
            except _NotLoaded as missing:
                await self._states.load(missing.decider, missing.stream)
            except Refusal:
                if not self._states.cached:
                    raise
                await self._states.load_cached()
            else:
                if not self.tx.unsure:
                    return decision
                await self._states.load_cached()
            self.tx = self._begin(self._states.of)

    def forget(self) -> None:
        """Drop the states decided on from the cache: another writer was first."""
        self._states.forget()


class _States:
    """The states that an attempt decides on: those read for it, else cached ones."""

    def __init__(self, aggregates: Aggregates) -> None:
        self.cached: dict[str, Decider[Any, Any, Any]] = {}
        self._stored: dict[str, Loaded] = {}
        self._aggregates = aggregates

    def of(self, decider: Decider[Any, Any, Any], stream: str) -> Loaded:
        if (stored := self._stored.get(stream)) is not None:
            return stored
        if (cached := self._aggregates.remembered(stream)) is None:
            raise _NotLoaded(decider, stream)
        self.cached[stream] = decider
        return cached

    async def load(self, decider: Decider[Any, Any, Any], stream: str) -> None:
        self._stored[stream] = await self._aggregates.load(decider, stream)

    async def load_cached(self) -> None:
        for stream, decider in self.cached.items():
            await self.load(decider, stream)
        self.cached.clear()

    def forget(self) -> None:
        self._aggregates.forget([*self._stored, *self.cached])
