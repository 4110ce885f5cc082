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
    """``tx`` is the transaction of the plan's last run."""

    def __init__(self, aggregates: Aggregates, begin: Callable[[StateOf], Transaction]) -> None:
        self._aggregates = aggregates
        self._begin = begin
        self._stored = dict[str, Loaded]()
        self._cached = dict[str, Decider[Any, Any, Any]]()
        self.tx = begin(self._state)

    async def decide(self, plan: Plan) -> Decision:
        """Run a plan; a cached state may accept a command, but neither refuse it nor skip it."""
        while True:
            try:
                decision = plan(self.tx)
            except _NotLoaded as missing:
                await self._load(missing.decider, missing.stream)
            except Refusal:
                if not self._cached:
                    raise
                await self._load_cached()
            else:
                if not self.tx.unsure:
                    return decision
                await self._load_cached()
            self.tx = self._begin(self._state)

    def forget(self) -> None:
        """Drop the states decided on from the cache: another writer was first."""
        self._aggregates.forget([*self._stored, *self._cached])

    def _state(self, decider: Decider[Any, Any, Any], stream: str) -> Loaded:
        if (stored := self._stored.get(stream)) is not None:
            return stored
        if (cached := self._aggregates.remembered(stream)) is None:
            raise _NotLoaded(decider, stream)
        self._cached[stream] = decider
        return cached

    async def _load(self, decider: Decider[Any, Any, Any], stream: str) -> None:
        self._stored[stream] = await self._aggregates.load(decider, stream)

    async def _load_cached(self) -> None:
        for stream, decider in self._cached.items():
            await self._load(decider, stream)
        self._cached.clear()
