"""Skips aggregate: the events that one projection skips.

A read model that lacks an event differs from the log, so each skip is recorded with its reason.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain.messages import Command
from domain.projection_admin.events import EventSkipped, OperationEvent
from domain.refusals import Invalid
from domain.text import valid_text

MAX_REASON = 500


class InvalidSkip(Invalid):
    code = "INVALID_SKIP"
    message = "An event is skipped by its position, which is at least 1, and with a reason."


class SkipEvent(Command, frozen=True):
    projection: str
    position: int
    reason: str


class Skips(msgspec.Struct, frozen=True):
    positions: frozenset[int]


def decide(skips: Skips | None, command: SkipEvent, _now: datetime) -> Sequence[OperationEvent]:
    """Skip an event; idempotent."""
    reason = valid_text(command.reason, field="reason", longest=MAX_REASON)
    if command.position < 1 or not reason.strip():
        raise InvalidSkip
    if skips is not None and command.position in skips.positions:
        return []
    skipped = EventSkipped(
        projection=command.projection, position=command.position, reason=command.reason
    )
    return [skipped]


def evolve(skips: Skips | None, event: OperationEvent) -> Skips:
    before = skips.positions if skips is not None else frozenset[int]()
    return Skips(before | {event.position})
