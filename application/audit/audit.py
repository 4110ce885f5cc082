"""Audit of any kind of stream: history, state as of a position, and differences.

An ``org_id`` of ``None`` stands for an operator, who may see all organisations.
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
    """Filter of a stream's events: those after a version, with positions ``since < p <= until``.

    ``actor`` is a kind and an id (``key:<id>``), ``request_id`` the request's, ``name`` the type's.
    """

    after: int = 0
    limit: int = 50
    since: int = 0
    until: int = MAX_POSITION
    actor: str | None = None
    request_id: str | None = None
    name: str | None = None


class EventPage(NamedTuple):
    """A page of events, and the version to continue after; ``None`` at the end."""

    records: Sequence[RecordedEvent]
    following: int | None


class AuditTrail(Protocol):
    async def select(self, stream: str, event_filter: EventFilter) -> EventPage:
        """Return events of a stream, oldest first; may return few, since the scan is bounded."""
        ...


class ActorNames(Protocol):
    async def names(self, org_id: str | None, ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of an organisation's keys or users, by id."""
        ...


class StateDiff(NamedTuple):
    """Two states of a stream, ``None`` before its beginning, and the patch between them."""

    older: StateAsOf | None
    newer: StateAsOf | None
    patch: Sequence[Operation]


class Audit:
    """Audit queries; ``actors`` maps a kind of actor to the names of such actors."""

    def __init__(self, log: EventLog, trail: AuditTrail, actors: Mapping[str, ActorNames]) -> None:
        self._log = log
        self._trail = trail
        self._actors = actors

    async def history(
        self, org_id: str | None, kind: str, key: str, event_filter: EventFilter
    ) -> EventPage:
        """Return events as recorded, oldest first.

        Like all queries here, raises ``NothingRecorded`` for an unknown kind or id, and for another
        organisation's stream: a stream belongs to the organisation of its first event.
        """
        return await self._trail.select(await self.stream(org_id, kind, key), event_filter)

    async def names(
        self, org_id: str | None, records: Sequence[RecordedEvent]
    ) -> Mapping[str, str]:
        """Return the known names of the actors of some events, by actor."""
        acting = {record.origin.actor.partition(":")[::2] for record in records}
        named: dict[str, str] = {}
        for kind, names in self._actors.items():
            if ids := [each for of, each in acting if of == kind]:
                known = await names.names(org_id, ids)
                named |= {f"{kind}:{actor_id}": name for actor_id, name in known.items()}
        return named

    async def state(self, org_id: str | None, kind: str, key: str, position: int) -> StateAsOf:
        """Fold a stream up to a position; raises ``NothingRecorded`` before its beginning."""
        stream = await self.stream(org_id, kind, key)
        if (state := await state_as_of(self._log, KINDS[kind], stream, position)) is None:
            raise NothingRecorded
        return state

    async def diff(
        self, org_id: str | None, kind: str, key: str, positions: tuple[int, int]
    ) -> StateDiff:
        """Compare a stream's states as of two positions."""
        stream, decider = await self.stream(org_id, kind, key), KINDS[kind]
        older, newer = [await state_as_of(self._log, decider, stream, at) for at in positions]
        return StateDiff(older, newer, diff(_text(older), _text(newer)))

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
        """Return the name of a stream that the organisation may see; raises ``NothingRecorded``."""
        if (decider := KINDS.get(kind)) is None:
            raise NothingRecorded
        stream = decider.stream(key)
        first = await self._log.read(stream, limit=1)
        if not first or org_id not in (None, first[0].origin.org_id):
            raise NothingRecorded
        return stream


def _text(state: StateAsOf | None) -> bytes:
    return NOTHING if state is None else bytes(state.state)
