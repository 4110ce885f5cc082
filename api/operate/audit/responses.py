"""Responses of audit: events as recorded, states, and differences."""

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
    """An actor; ``kind`` is key, user or system, ``name`` its name, if it has one."""

    kind: str
    id: str
    name: str | None


class AuditEvent(msgspec.Struct, frozen=True, rename="camel"):
    """An event; ``hash`` is its chain hash, in hex, which covers its stream up to it."""

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
    """A page; ``next`` is the ``after`` of the next one, null on the last."""

    events: Sequence[AuditEvent]
    next: int | None


class Point(msgspec.Struct, frozen=True, rename="camel"):
    """The last event in a state."""

    version: int
    position: int
    recorded_at: datetime


class StateAnswer(Point, frozen=True, rename="camel"):
    """``state`` is that of the aggregate: without content, and without erased data."""

    state: Any


class StateDiffAnswer(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """``patch`` turns the state at ``from`` into that at ``to``; no state yet is null."""

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


def state_answer(state: StateAsOf) -> StateAnswer:
    return StateAnswer(state.version, state.position, state.recorded_at, state.state)


def diff_answer(diff: StateDiff) -> StateDiffAnswer:
    return StateDiffAnswer(_point(diff.older), _point(diff.newer), patch_of(diff.patch))


def _point(state: StateAsOf | None) -> Point | None:
    return None if state is None else Point(state.version, state.position, state.recorded_at)
