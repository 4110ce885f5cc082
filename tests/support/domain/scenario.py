"""Given events, when a command, then events or a refusal: the shape of every domain test."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Self

import pytest

from application.eventstore.decider import Decider
from domain.messages import Command, Event
from domain.refusals import Refusal

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scenario:
    decider: Decider[Any, Any, Any]
    history: Sequence[Event] = ()
    command: Command | None = None

    def given(self, *history: Event) -> Self:
        return replace(self, history=history)

    def when(self, command: Command) -> Self:
        return replace(self, command=command)

    def then(self, *expected: Event) -> None:
        assert self._outcome() == list(expected)

    def then_refused(self, refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            self._outcome()

    @property
    def state(self) -> Any:
        return reduce(self.decider.evolve, self.history, None)

    def _outcome(self) -> list[Event]:
        return list(self.decider.decide(self.state, self.command, NOW))
