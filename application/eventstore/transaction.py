"""Transactions: the commands of a plan, stored by one append or not at all.

A plan is a pure function of a ``Transaction``. It is run again from its start after a lost race,
and when the state of a stream that it needs has to be read first.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial, reduce
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeVar
from uuid import UUID

from application.eventstore.aggregates import Loaded
from application.eventstore.contents import Salted
from application.eventstore.decider import C, Decider, E, State
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import (
    Append,
    Claim,
    ConcurrentWrite,
    Erasure,
    IdempotentResponse,
    Text,
)
from domain.messages import Command, Event
from domain.refusals import PreconditionFailed

NEW_STREAM: Final = Loaded(version=0, owner=None, state=None)
Amount = TypeVar("Amount")
Amount_contra = TypeVar("Amount_contra", contravariant=True)


class Ledger(Protocol[Amount_contra]):
    """Port: an account that an append is charged to; a refused charge refuses the append."""

    async def append(self, amount: Amount_contra, entry: Append) -> Sequence[RecordedEvent]:
        """Store an append together with its charge; raises the refusal of the charge as well."""
        ...


class Decision(NamedTuple):
    """What one command decided: the events for a stream, and the version they leave it at."""

    stream: str
    version: int
    records: tuple[RecordedEvent, ...]
    command: Command
    category: str

    @property
    def key(self) -> str:
        """The aggregate's own id: the stream name without its category."""
        return self.stream.partition("-")[2]


Plan: TypeAlias = Callable[["Transaction"], Decision]
"""Returns the decision that the answer speaks of. Without events in it nothing is stored."""


StateOf: TypeAlias = Callable[[Decider[Any, Any, Any], str], Loaded]
"""Returns the state of a stream that a command is executed against."""


class Transaction:
    """Collects the events, texts, claims, erasures and charge of one append.

    ``expecting`` says that a command named a version, ``unsure`` that one found nothing to do in a
    cached state, ``last`` which command was decided last. Defaults are attributes of the class: a
    create sets few of them, and is made for every request.
    """

    expecting: bool = False
    unsure: bool = False
    last: tuple[Command, str] | None = None
    store: Callable[[Append], Awaitable[Sequence[RecordedEvent]]] | None = None
    _records: tuple[RecordedEvent, ...] = ()
    _texts: tuple[Text, ...] = ()
    _claims: tuple[Claim, ...] = ()
    _erasures: tuple[Erasure, ...] = ()

    def __init__(
        self, by: Origin, now: datetime, state_of: StateOf, new_event_id: Callable[[], UUID]
    ) -> None:
        self.by = by
        self.now = now
        self.after: dict[str, Loaded] = {}
        self._state_of = state_of
        self._new_event_id = new_event_id

    def begin(self, decider: Decider[State, C, E], key: str, command: C) -> Decision:
        """Start a stream under a key made for it: there is no history to read."""
        return self._decide(decider, decider.stream(key), command, NEW_STREAM)

    def execute(
        self, decider: Decider[State, C, E], key: str, command: C, *, expected: int | None = None
    ) -> Decision:
        """Run a command against a stream.

        ``expected`` is the version the caller holds to be current (``If-Match``); where it is not,
        or a race is lost, ``PreconditionFailed`` is raised instead of ``ConcurrentWrite``.
        """
        stream = decider.stream(key)
        self.expecting |= expected is not None
        current = self.after.get(stream) or self._state_of(decider, stream)
        _require_version(current, self.by, expected)
        return self._decide(decider, stream, command, current)

    def keep(self, owner: str, text: Salted) -> None:
        """Store a text outside the log for the stream ``owner``."""
        self._texts += (text.owned_by(self.by.org_id, owner),)

    def claim(self, kind: str, scope: str, value: str, holder: str) -> None:
        """Hold a unique value for the stream with the key ``holder``; may raise ``ValueTaken``."""
        self._claims += (Claim(kind, scope, value, holder),)

    def erase(self, owner: str, digest: str | None = None) -> None:
        """Erase one text of a stream or, without a digest, everything kept for it."""
        self._erasures += (Erasure(self.by.org_id, owner, digest),)

    def charge(self, ledger: Ledger[Amount], amount: Amount) -> None:
        """Have the append stored by a ledger, together with a charge; an append takes only one."""
        if self.store is not None:
            raise ValueError("this transaction is charged already")
        self.store = partial(ledger.append, amount)

    def entry(self, response: IdempotentResponse | None = None) -> Append:
        """Return the append, with the response to store for an idempotent request."""
        return Append(
            records=self._records,
            texts=self._texts,
            erasures=self._erasures,
            claims=self._claims,
            response=response,
        )

    def _decide(
        self, decider: Decider[State, C, E], stream: str, command: C, current: Loaded
    ) -> Decision:
        """Decide on what the caller may see: another organisation's stream is none at all."""
        self.last = command, decider.category
        visible = current.seen_by(self.by.org_id)
        events = decider.decide(current.state if visible else None, command, self.now)
        if not events:
            self.unsure |= current.remembered
            return Decision(stream, current.version, (), command, decider.category)
        if not visible:
            raise ConcurrentWrite
        records = self._envelop(stream, current.version, events)
        self._records += records
        version = current.version + len(events)
        state = reduce(decider.evolve, events, current.state)
        self.after[stream] = Loaded(version, self.by.org_id, state)
        return Decision(stream, version, records, command, decider.category)

    def _envelop(
        self, stream: str, version: int, events: Sequence[Event]
    ) -> tuple[RecordedEvent, ...]:
        new_event_id, now, by = self._new_event_id, self.now, self.by
        records = [
            RecordedEvent(
                event_id=new_event_id(),
                stream=stream,
                version=number,
                recorded_at=now,
                origin=by,
                event=event,
            )
            for number, event in enumerate(events, start=version + 1)
        ]
        return tuple(records)


def _require_version(current: Loaded, by: Origin, expected: int | None) -> None:
    """Refuse another version than the one named; a stream of another organisation has none."""
    known = current.version if current.version and current.seen_by(by.org_id) else expected
    if expected not in (None, known):
        raise PreconditionFailed
