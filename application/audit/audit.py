"""A stream's events as they were recorded, for auditors: one path for every kind of stream.

Whose organisation is ``None`` is an operator, who may see them all.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from application.catalogue import KINDS
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from application.eventstore.state_as_of import StateAsOf, state_as_of
from domain.json_diff import Operation, diff
from domain.refusals import NotFound

MAX_POSITION: Final = 2**63 - 1
INSTANT: Final = timedelta(microseconds=1)
NOTHING: Final = b"null"


class NothingRecorded(NotFound):
    message = "Nothing is recorded under that id."


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which of a stream's events: the next after a version, of positions ``since < p <= until``.

    ``actor`` is a kind and an id (``key:<id>``), ``request_id`` the request's, ``name`` the type's.
    """

    after: int = 0
    limit: int = 50
    since: int = 0
    until: int = MAX_POSITION
    actor: str | None = None
    request_id: str | None = None
    name: str | None = None


class Selected(NamedTuple):
    """Events found, and the version to go on after; ``None`` when there are no more."""

    records: Sequence[RecordedEvent]
    following: int | None


class AuditTrail(Protocol):
    async def select(self, stream: str, wanted: EventFilter) -> Selected:
        """Return events of a stream, oldest first, having looked at a bounded number of them."""
        ...


class ActorNames(Protocol):
    async def names(self, org_id: str | None, ids: Collection[str]) -> Mapping[str, str]:
        """Return what an organisation calls its keys, or its users; by id."""
        ...


class Differing(NamedTuple):
    """Two states of a stream, ``None`` before its beginning, and what makes the one the other."""

    older: StateAsOf | None
    newer: StateAsOf | None
    patch: Sequence[Operation]


class Audit:
    """``actors`` knows names by the kind of who acted."""

    def __init__(self, log: EventLog, trail: AuditTrail, actors: Mapping[str, ActorNames]) -> None:
        self._log = log
        self._trail = trail
        self._actors = actors

    async def history(
        self, org_id: str | None, kind: str, key: str, wanted: EventFilter
    ) -> Selected:
        """Return events as recorded, oldest first.

        Like all that is asked here, raises ``NothingRecorded`` for an unknown kind or id, and for
        another organisation's: a stream belongs to its first event's owner.
        """
        return await self._trail.select(await self.stream(org_id, kind, key), wanted)

    async def names(
        self, org_id: str | None, records: Sequence[RecordedEvent]
    ) -> Mapping[str, str]:
        """Return the names of those who acted, by actor, as far as they are known."""
        acting = {record.origin.actor.partition(":")[::2] for record in records}
        named: dict[str, str] = {}
        for kind, names in self._actors.items():
            if ids := [each for of, each in acting if of == kind]:
                known = await names.names(org_id, ids)
                named |= {f"{kind}:{actor_id}": name for actor_id, name in known.items()}
        return named

    async def state(self, org_id: str | None, kind: str, key: str, position: int) -> StateAsOf:
        """Fold a stream up to a position; before its beginning, nothing is recorded of it."""
        stream = await self.stream(org_id, kind, key)
        if (state := await state_as_of(self._log, KINDS[kind], stream, position)) is None:
            raise NothingRecorded
        return state

    async def diff(
        self, org_id: str | None, kind: str, key: str, positions: tuple[int, int]
    ) -> Differing:
        """Compare a stream's states as of two positions."""
        stream, decider = await self.stream(org_id, kind, key), KINDS[kind]
        older, newer = [await state_as_of(self._log, decider, stream, at) for at in positions]
        return Differing(older, newer, diff(_text(older), _text(newer)))

    async def position_at(self, time: datetime) -> int:
        """Return the last position recorded by a time."""
        return await self._log.position_at(time)

    async def position_before(self, time: datetime) -> int:
        """Return the last position recorded before a time."""
        try:
            return await self._log.position_at(time - INSTANT)
        except OverflowError:
            return 0

    async def stream(self, org_id: str | None, kind: str, key: str) -> str:
        """Return the name of the stream, if it is one that the organisation may see."""
        if (decider := KINDS.get(kind)) is None:
            raise NothingRecorded
        stream = decider.stream(key)
        first = await self._log.read(stream, limit=1)
        if not first or org_id not in (None, first[0].origin.org_id):
            raise NothingRecorded
        return stream


def _text(state: StateAsOf | None) -> bytes:
    return NOTHING if state is None else bytes(state.state)
