"""The type of a context's events: what is stored and published of them, and read models' rules."""

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from domain.content import Content
from domain.messages import Event

CONTENT: Final = Content("5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", 66)
LATER: Final = datetime(2026, 1, 31, 12, 30, 0, 5, tzinfo=UTC)


class EventPart(NamedTuple):
    stored: Mapping[str, Event]
    """By shape (``<stored name>.<schema>``), the event that its file in ``stored_events`` means."""
    published: Mapping[str, tuple[str, ...]]
    """By public name, the fields that subscribers rely on: add lines and fields, remove none."""
    unprojected: Mapping[type[Event], str] = {}
    """Events that no projection takes, and why."""
    unique: Mapping[type[Event], Callable[[Any, str], Hashable]] = {}
    """For events that read models have unique indexes on: a stream's key, by event and owner."""
