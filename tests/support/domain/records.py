"""Envelopes for tests that start from recorded events."""

from collections.abc import Sequence
from itertools import count
from uuid import uuid4

from application.eventstore.envelope import Origin, RecordedEvent
from domain.messages import Event
from tests.support.domain.scenario import NOW

ACME = Origin(actor="key:k1", org_id="acme", correlation_id="request-1")
RIVAL = Origin(actor="key:k2", org_id="rival", correlation_id="request-2")


def history(
    stream: str, *events: Event, origin: Origin = ACME, after: int = 0
) -> Sequence[RecordedEvent]:
    """Record events on one stream, one after the other, from the version after ``after`` on."""
    return [
        RecordedEvent(
            event_id=uuid4(),
            stream=stream,
            version=version,
            recorded_at=NOW,
            origin=origin,
            event=event,
            position=version,
        )
        for version, event in zip(count(after + 1), events)
    ]
