"""Load a stream, decide, append: the one write path every command takes."""

from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple, Self
from uuid import UUID

from application.eventstore.aggregates import Aggregates, Loaded
from application.eventstore.decider import C, Decider, E, State
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, ConcurrentWrite, EventLog
from domain.messages import Event
from domain.refusals import PreconditionFailed, Refusal

MAX_ATTEMPTS = 3


class Written(NamedTuple):
    """What a command recorded; nothing, when all was so already."""

    version: int
    records: Sequence[RecordedEvent]

    @property
    def position(self) -> int:
        """The position readers must reach to see it all; 0 when nothing was recorded."""
        return self.records[-1].position if self.records else 0


Enclose = Callable[[tuple[RecordedEvent, ...]], Append]
"""Puts with the records of a decision what must become true together with them."""
Store = Callable[[Append], Awaitable[Sequence[RecordedEvent]]]
"""A way into the log: ``EventLog.append``, or one that has more stored in the same append."""


def alone(records: tuple[RecordedEvent, ...]) -> Append:
    return Append(records=records)


class Intent(NamedTuple):
    """One command on its way: to which stream, on whose behalf, with what enclosed."""

    decider: Decider[Any, Any, Any]
    stream: str
    command: Any
    by: Origin
    enclose: Enclose


class CommandHandler:
    """Executes commands; a lost race is decided again, three attempts in all."""

    def __init__(
        self,
        log: EventLog,
        aggregates: Aggregates,
        clock: Callable[[], datetime],
        new_event_id: Callable[[], UUID],
    ) -> None:
        self.log = log
        self.clock = clock
        self.store: Store = log.append
        self._aggregates = aggregates
        self._new_event_id = new_event_id

    def through(self, store: Store) -> Self:
        """Return the same, but what it decides goes another way into the log."""
        other = copy(self)
        other.store = store
        return other

    async def begin(
        self,
        decider: Decider[State, C, E],
        key: str,
        command: C,
        by: Origin,
        *,
        enclose: Enclose = alone,
    ) -> Written:
        """Start a stream under a key made for it: there is no history to read."""
        intent = Intent(decider, decider.stream(key), command, by, enclose)
        return await self._record(intent, Loaded(version=0, owner=None, state=None))

    async def execute(  # noqa: PLR0913 - one call states the whole intent
        self,
        decider: Decider[State, C, E],
        key: str,
        command: C,
        by: Origin,
        *,
        expected: int | None = None,
        enclose: Enclose = alone,
    ) -> Written:
        """Run a command against a stream.

        ``expected`` is the version the caller holds to be current (``If-Match``); when it is not,
        or a race is lost, ``PreconditionFailed`` is raised instead of ``ConcurrentWrite``.
        """
        intent = Intent(decider, decider.stream(key), command, by, enclose)
        for _ in range(MAX_ATTEMPTS):
            try:
                return await self._attempt(intent, expected)
            except ConcurrentWrite:
                self._aggregates.forget([intent.stream])
        raise ConcurrentWrite if expected is None else PreconditionFailed

    async def owner(self, decider: Decider[State, C, E], key: str) -> str | None:
        """Return the organisation a stream belongs to; ``None`` when there is no such stream."""
        return (await self._aggregates.load(decider, decider.stream(key))).owner

    async def _attempt(self, intent: Intent, expected: int | None) -> Written:
        """Decide on what is remembered; but never refuse, or find nothing to do, from memory."""
        current = await self._aggregates.recall(intent.decider, intent.stream)
        if current.remembered and not self._accepted(intent, current, expected):
            current = await self._aggregates.load(intent.decider, intent.stream)
        _insist(current, intent.by, expected)
        return await self._record(intent, current)

    def _accepted(self, intent: Intent, current: Loaded, expected: int | None) -> bool:
        try:
            _insist(current, intent.by, expected)
            return bool(_decide(intent, current, self.clock()))
        except Refusal:
            return False

    async def _record(self, intent: Intent, current: Loaded) -> Written:
        now = self.clock()
        events = _decide(intent, current, now)
        if not events:
            return Written(current.version, ())
        entry = intent.enclose(self._envelop(intent, current.version, events, now))
        stored = await self.store(entry)
        state = reduce(intent.decider.evolve, events, current.state)
        after = Loaded(current.version + len(events), intent.by.org_id, state)
        self._aggregates.remember(intent.stream, after)
        self._aggregates.forget(e.owner for e in entry.erasures if e.digest is None)
        return Written(after.version, stored)

    def _envelop(
        self, intent: Intent, version: int, events: Sequence[Event], now: datetime
    ) -> tuple[RecordedEvent, ...]:
        return tuple(
            self.envelope(intent.stream, number, event, intent.by, now)
            for number, event in enumerate(events, start=version + 1)
        )

    def envelope(
        self, stream: str, version: int, event: Event, by: Origin, now: datetime
    ) -> RecordedEvent:
        """Put an event into the envelope it is stored in."""
        return RecordedEvent(
            event_id=self._new_event_id(),
            stream=stream,
            version=version,
            recorded_at=now,
            origin=by,
            event=event,
        )


def _decide(intent: Intent, current: Loaded, now: datetime) -> Sequence[Event]:
    """Decide on what the caller may see: another organisation's stream is none at all."""
    seen = current.seen_by(intent.by.org_id)
    events = intent.decider.decide(current.state if seen else None, intent.command, now)
    if events and not seen:
        raise ConcurrentWrite
    return events


def _insist(current: Loaded, by: Origin, expected: int | None) -> None:
    """Hold the caller to the version named; what the caller cannot see has none to be wrong on."""
    known = current.version if current.version and current.seen_by(by.org_id) else expected
    if expected not in (None, known):
        raise PreconditionFailed
