"""Changes of document rows: a batch of events summed up as one change per document."""

from collections.abc import Sequence
from typing import Final

import msgspec

from application.eventstore.envelope import RecordedEvent
from domain.content import Content
from domain.documents.events import (
    ContentOverwritten,
    DocumentCreated,
    DocumentMoved,
    DocumentPurged,
    DocumentRelabelled,
    DocumentRestored,
    DocumentTrashed,
    VersionAdded,
)

ROOT: Final = ""
"""Stored folder id of documents in no folder, since NULL means "unchanged"."""


class RowChange(msgspec.Struct):
    """New values of one row; ``None`` leaves a column unchanged.

    ``label_version`` and ``content_version`` are the stream versions of the events that last set
    the label and the content. Times are epoch milliseconds.
    """

    id: str
    org_id: str | None = None
    version: int | None = None
    label_version: int | None = None
    folder_id: str | None = None
    number: int | None = None
    content_version: int | None = None
    file_size: int | None = None
    created_at: int | None = None
    updated_at: int | None = None
    purge_at: int | None = None
    created_position: int | None = None

    def visible_columns(self) -> tuple[object, ...]:
        """Return the columns that queries select, in their order."""
        place = (self.org_id, self.id, self.version, self.folder_id, self.number)
        return (*place, self.file_size, self.created_at, self.updated_at)


def changes_of(records: Sequence[RecordedEvent]) -> dict[str, RowChange | None]:
    changes: dict[str, RowChange | None] = {}
    for record in records:
        key = record.key
        if type(record.event) is DocumentPurged:
            changes[key] = None
            continue
        if (change := changes.get(key)) is None:
            change = changes[key] = RowChange(key)
        change.version = record.version
        _apply(change, record)
    return changes


def _apply(change: RowChange, record: RecordedEvent) -> None:
    match record.event:
        case DocumentCreated(folder_id=folder_id, content=content):
            change.org_id, change.created_at = record.origin.org_id, record.recorded_ms
            change.created_position, change.purge_at = record.position, 0
            change.folder_id, change.number, change.label_version = (
                folder_id or ROOT,
                1,
                record.version,
            )
            _fill(change, content, record)
        case DocumentRelabelled():
            change.label_version, change.updated_at = record.version, record.recorded_ms
        case DocumentMoved(folder_id=folder_id):
            change.folder_id, change.updated_at = folder_id or ROOT, record.recorded_ms
        case VersionAdded(number=number, content=content):
            change.number = number
            _fill(change, content, record)
        case ContentOverwritten(content=content):
            _fill(change, content, record)
        case DocumentTrashed(purge_at=purge_at):
            change.purge_at = int(purge_at.timestamp() * 1000)
        case DocumentRestored():
            change.purge_at = 0


def _fill(change: RowChange, content: Content, record: RecordedEvent) -> None:
    change.content_version, change.file_size = record.version, content.size
    change.updated_at = record.recorded_ms
