"""Transactions: run a plan and append what it decided. Every write goes this way."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol
from uuid import UUID

from application.eventstore.aggregates import Aggregates, Loaded
from application.eventstore.attempt import Attempt
from application.eventstore.decider import C, Decider, E, State
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import ConcurrentWrite, Erasure, EventLog
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transaction import Plan, StateOf, Transaction
from domain.messages import Command
from domain.refusals import PreconditionFailed, Refusal

MAX_ATTEMPTS = 3


class Written(NamedTuple):
    """What a transaction stored; without records nothing had to change.

    ``version`` is that of the stream the plan returned, ``records`` are all events of the append.
    """

    version: int
    records: Sequence[RecordedEvent]

    @property
    def position(self) -> int:
        """The position readers must reach to see it all; 0 when nothing was recorded."""
        return self.records[-1].position if self.records else 0


class CommandSpan(Protocol):
    """Span of a transaction: takes its name from the command, once that is known."""

    def of(self, command: Command, category: str, /) -> None: ...


class CommandTracing(Protocol):
    """Port: spans of transactions; part of ``application.telemetry.tracing.Tracing``."""

    def command(self, by: Origin, /) -> AbstractContextManager[CommandSpan]: ...


class Transactions:
    """Runs plans, three times in all where another writer was first."""

    def __init__(
        self,
        log: EventLog,
        aggregates: Aggregates,
        clock: Callable[[], datetime],
        new_event_id: Callable[[], UUID],
        tracing: CommandTracing,
    ) -> None:
        self.log = log
        self._aggregates = aggregates
        self._clock = clock
        self._new_event_id = new_event_id
        self._tracing = tracing

    async def begin(
        self,
        decider: Decider[State, C, E],
        key: str,
        command: C,
        by: Origin,
        *,
        once: IdempotentRequest | None = None,
    ) -> Written:
        """Run one command that starts a stream, under a key made for it."""
        return await self.run(by, lambda tx: tx.begin(decider, key, command), once=once)

    async def execute(  # noqa: PLR0913 - one call states the whole intent
        self,
        decider: Decider[State, C, E],
        key: str,
        command: C,
        by: Origin,
        *,
        expected: int | None = None,
        once: IdempotentRequest | None = None,
    ) -> Written:
        """Run one command against a stream; ``expected`` as in ``Transaction.execute``."""
        return await self.run(
            by, lambda tx: tx.execute(decider, key, command, expected=expected), once=once
        )

    async def run(
        self, by: Origin, plan: Plan, *, once: IdempotentRequest | None = None
    ) -> Written:
        """Run a plan and store all that it decided, or nothing.

        The response to ``once`` is made from the events of the decision that the plan returns, and
        stored with them. Raises refusals of the domain; what ``EventLog.append`` raises; and after
        three lost races ``ConcurrentWrite`` or, where a version was named, ``PreconditionFailed``.
        """
        with self._tracing.command(by) as span:
            for _ in range(MAX_ATTEMPTS):
                attempt = Attempt(self._aggregates, partial(self.open, by))
                try:
                    return await self._attempt(attempt, plan, once, span)
                except ConcurrentWrite:
                    attempt.forget()
            raise PreconditionFailed if attempt.tx.expecting else ConcurrentWrite

    def open(self, by: Origin, state_of: StateOf) -> Transaction:
        """Return a transaction for a caller that stores its append in another way."""
        return Transaction(by, self._clock(), state_of, self._new_event_id)

    async def owner(self, decider: Decider[State, C, E], key: str) -> str | None:
        """Return the organisation a stream belongs to; ``None`` when there is no such stream."""
        return (await self._aggregates.load(decider, decider.stream(key))).owner

    async def _attempt(
        self, attempt: Attempt, plan: Plan, once: IdempotentRequest | None, span: CommandSpan
    ) -> Written:
        try:
            decision = await attempt.decide(plan)
        except Refusal:
            if attempt.tx.last is not None:
                span.of(*attempt.tx.last)
            raise
        span.of(decision.command, decision.category)
        if not decision.records:
            return Written(decision.version, ())
        response = None if once is None else once.response(decision.records, decision.stream)
        entry = attempt.tx.entry(response)
        stored = await (attempt.tx.store or self.log.append)(entry)
        self._remember(attempt.tx.after, entry.erasures)
        return Written(decision.version, stored)

    def _remember(self, states: Mapping[str, Loaded], erasures: Sequence[Erasure]) -> None:
        for stream, state in states.items():
            self._aggregates.remember(stream, state)
        if erasures:
            self._aggregates.forget(each.owner for each in erasures if each.digest is None)
