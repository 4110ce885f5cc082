"""What auditors are told: events as recorded, states, and how they differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from api.http.json_patch import PatchOperation, patch_of
from application.audit.audit import StateDiff
from application.eventstore.envelope import RecordedEvent
from application.eventstore.state_as_of import StateAsOf
from domain.catalogue import AnyEvent


class Actor(msgspec.Struct, frozen=True):
    """``kind`` is key, user or system; ``name`` what people call it, if anything."""

    kind: str
    id: str
    name: str | None


class AuditEvent(msgspec.Struct, frozen=True, rename="camel"):
    """``hash`` is the event's chain hash, in hex: it covers all that was recorded before it."""

    position: int
    version: int
    type: str
    recorded_at: datetime
    actor: Actor
    request_id: str
    causation_id: str | None
    data: AnyEvent
    hash: str


class AuditAnswer(msgspec.Struct, frozen=True):
    """``next`` is the ``after`` that goes on from here, ``null`` at the end."""

    events: Sequence[AuditEvent]
    next: int | None


class Point(msgspec.Struct, frozen=True, rename="camel"):
    """The last event that a state holds."""

    version: int
    position: int
    recorded_at: datetime


class StateAnswer(Point, frozen=True, rename="camel"):
    """``state`` is what the service decided by: no content, and nothing a purge has erased."""

    state: Any


class StateDiffAnswer(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """``patch`` makes the state at ``to`` of that at ``from``; before its beginning it is null."""

    from_: Point | None
    to: Point | None
    patch: Sequence[PatchOperation]


def audit_event(record: RecordedEvent, names: Mapping[str, str]) -> AuditEvent:
    kind, _, actor_id = record.origin.actor.partition(":")
    causation = record.origin.causation_id
    return AuditEvent(
        position=record.position,
        version=record.version,
        type=record.event.stored_name(),
        recorded_at=record.recorded_at,
        actor=Actor(kind, actor_id, names.get(record.origin.actor)),
        request_id=record.origin.correlation_id,
        causation_id=None if causation is None else str(causation),
        data=cast("AnyEvent", record.event),
        hash=record.chain_hash.hex(),
    )


def state_answer(found: StateAsOf) -> StateAnswer:
    return StateAnswer(found.version, found.position, found.recorded_at, found.state)


def diff_answer(found: StateDiff) -> StateDiffAnswer:
    return StateDiffAnswer(_point(found.older), _point(found.newer), patch_of(found.patch))


def _point(state: StateAsOf | None) -> Point | None:
    return None if state is None else Point(state.version, state.position, state.recorded_at)
