"""What operators decide about read models. Stored forever: add events, never rename a tag."""

from typing import TypeAlias

from domain.messages import Event
from domain.text import Personal, Public


class EventSkipped(Event, frozen=True, tag="projection.event_skipped"):
    """The event at ``position`` is passed over by ``projection`` from now on, in rebuilds too."""

    projection: Public
    position: int
    reason: Personal


OperationEvent: TypeAlias = EventSkipped
