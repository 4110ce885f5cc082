"""Events of operators' decisions on read models. Stored forever: never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Personal, Public


class EventSkipped(Event, frozen=True, tag="projection.event_skipped"):
    """A ``projection`` skips the event at ``position`` from now on, also in rebuilds."""

    projection: Public
    position: int
    reason: Personal


OperationEvent: TypeAlias = EventSkipped
