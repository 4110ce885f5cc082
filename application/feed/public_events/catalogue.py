"""Catalogue of the public event types: names and data of the log's events for readers.

Names are permanent and independent of the stored names, though they are equal today.
"""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.feed.public_events import (
    administration,
    billing,
    documents,
    generations,
    people,
    pipelines,
)
from application.feed.public_events.event_type import PublicType
from domain.messages import Event

LANGUAGE: Final[tuple[PublicType, ...]] = (
    *documents.TYPES,
    *administration.TYPES,
    *people.TYPES,
    *billing.TYPES,
    *generations.TYPES,
    *pipelines.TYPES,
)
BY_EVENT: Final[dict[type[Event], PublicType]] = {kind.event: kind for kind in LANGUAGE}


class PublicEvent(msgspec.Struct, frozen=True):
    """``position`` is its place in the log, ``stream`` what it happened to, with the id."""

    position: int
    type: str
    timestamp: datetime
    stream: str
    data: Annotated[
        Any,
        msgspec.Meta(
            description="By the schema that `/events/types` has for the type.",
            extra_json_schema={"type": "object"},
        ),
    ]


def public(record: RecordedEvent) -> PublicEvent:
    kind = BY_EVENT[type(record.event)]
    return PublicEvent(
        position=record.position,
        type=kind.name,
        timestamp=record.recorded_at,
        stream=record.stream,
        data=kind.make(record.key, record.event),
    )
