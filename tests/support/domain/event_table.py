"""The event tables: what tests know of every event, from all contexts."""

from collections.abc import Hashable
from typing import Final

from domain.messages import Event
from tests.support.registries.discovery import merged, parts
from tests.support.registries.event_part import EventPart

PARTS: Final = parts("events", EventPart).values()
STORED: Final = merged(part.stored for part in PARTS)
PUBLISHED: Final = merged(part.published for part in PARTS)
UNPROJECTED: Final = merged(part.unprojected for part in PARTS)
UNIQUE: Final = merged(part.unique for part in PARTS)


def unique_key(event: Event, org_id: str) -> Hashable | None:
    """Return the value of an event that no other stream of a log may have, if it has one."""
    key = UNIQUE.get(type(event))
    return None if key is None else (type(event), key(event, org_id))
