"""The versions of a document, folded from its events."""

from collections.abc import Collection, Iterable

import msgspec

from application.eventstore.envelope import RecordedEvent
from domain.content import Content
from domain.documents.events import ContentOverwritten, DocumentCreated, VersionAdded


class Version(msgspec.Struct, frozen=True):
    """A version: its current ``content``, and the event ``recorded`` that last set it."""

    number: int
    content: Content
    recorded: RecordedEvent


def versions_in(records: Iterable[RecordedEvent]) -> Collection[Version]:
    """Fold events into versions, by number."""
    versions: dict[int, Version] = {}
    for record in records:
        match record.event:
            case DocumentCreated(content=content):
                versions[1] = Version(1, content, record)
            case (
                VersionAdded(number=number, content=content)
                | ContentOverwritten(number=number, content=content)
            ):
                versions[number] = Version(number, content, record)
    return versions.values()
