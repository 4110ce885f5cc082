"""Readers of the feed, and the events they may see: by organisation and by scope."""

from collections.abc import Collection

import msgspec

from application.eventstore.envelope import RecordedEvent
from application.feed.public_events.catalogue import LANGUAGE
from domain.identity.scopes import Scope, allows
from domain.messages import Event
from domain.refusals import Invalid


class UnknownEventType(Invalid):
    code = "UNKNOWN_EVENT_TYPE"


class Reader(msgspec.Struct, frozen=True):
    org_id: str
    events: frozenset[type[Event]]
    stream: str | None = None

    def sees(self, record: RecordedEvent) -> bool:
        return (
            record.origin.org_id == self.org_id
            and type(record.event) in self.events
            and self.stream in (None, record.stream)
        )


def readable_events(scopes: Collection[Scope], patterns: Collection[str]) -> frozenset[type[Event]]:
    """Return the event classes that scopes allow to read, of the types in ``patterns``.

    A pattern is a name or like ``document.*``; raises ``UnknownEventType`` for one that matches no
    type, whatever the scopes.
    """
    for pattern in patterns:
        if not any(_is_named(kind.name, pattern) for kind in LANGUAGE):
            raise UnknownEventType(f"There is no event type {pattern}: see /events/types.")
    return frozenset(
        kind.event
        for kind in LANGUAGE
        if allows(scopes, kind.scope) and any(_is_named(kind.name, each) for each in patterns)
    )


def _is_named(name: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return pattern == "*" or (pattern.endswith(".*") and name.startswith(pattern[:-1]))
    return name == pattern
