"""Document aggregate: decides on commands and evolves its state; has versions and a trash.

``decide`` returns the events of a command or raises a ``Refusal``; ``evolve`` folds events into the
state of the next decision. Both are pure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, assert_never

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from domain.content import Content
from domain.documents.commands import (
    AddVersion,
    CreateDocument,
    DocumentCommand,
    OverwriteContent,
    PurgeDocument,
    PurgeIfDue,
    ReapplyPurge,
    RestoreDocument,
    ReviseDocument,
    TrashDocument,
)
from domain.documents.events import (
    ContentOverwritten,
    DocumentCreated,
    DocumentEvent,
    DocumentMoved,
    DocumentPurged,
    DocumentRelabelled,
    DocumentRestored,
    DocumentTrashed,
    Label,
    VersionAdded,
)
from domain.documents.label import checked_label
from domain.refusals import Conflict, Invalid, NotFound

RETENTION = timedelta(days=30)


class DocumentStatus(Enum):
    LIVE = "live"
    TRASHED = "trashed"
    PURGED = "purged"


class Document(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """State of a document, limited to what decisions need."""

    label: Label
    content: Content
    folder_id: str | None = None
    number: int = 1
    status: DocumentStatus = DocumentStatus.LIVE
    purge_at: datetime | None = None


ERASED: Final = Document(label=Label(name=""), content=Content("", 0), status=DocumentStatus.PURGED)
"""State after a purge: it holds no text, so that later snapshots have none."""


class DocumentNotFound(NotFound):
    code = "DOCUMENT_NOT_FOUND"
    message = "Document not found."


class DocumentNotTrashed(Invalid):
    code = "NOT_DELETED"
    message = "The document must be deleted before it can be purged or restored."


class DocumentExists(Conflict):
    code = "DOCUMENT_EXISTS"


def decide(
    document: Document | None, command: DocumentCommand, now: datetime
) -> Sequence[DocumentEvent]:
    """Return the events of a command, or raise a ``Refusal``."""
    match command:
        case CreateDocument():
            return [_created(document, command)]
        case ReviseDocument():
            return _revised(_live(document), command)
        case AddVersion(content=content):
            return [VersionAdded(number=_live(document).number + 1, content=content)]
        case OverwriteContent(content=content):
            return [_overwritten(_live(document), content)]
        case TrashDocument():
            _live(document)
            return [DocumentTrashed(purge_at=now + RETENTION)]
        case RestoreDocument():
            _trashed(document)
            return [DocumentRestored()]
        case PurgeDocument():
            _trashed(document)
            return [DocumentPurged()]
        case PurgeIfDue():
            return [DocumentPurged()] if _due(document, now) else []
        case ReapplyPurge():
            return [DocumentPurged()] if _not_purged(document) else []
        case _:
            assert_never(command)


def evolve(document: Document | None, event: DocumentEvent) -> Document:
    """Return the state after an event."""
    if isinstance(event, DocumentCreated):
        return Document(label=event.label, content=event.content, folder_id=event.folder_id)
    if document is None:
        raise DocumentNotFound
    match event:
        case DocumentRelabelled(label=label):
            return replace(document, label=label)
        case DocumentMoved(folder_id=folder_id):
            return replace(document, folder_id=folder_id)
        case VersionAdded(number=number, content=content):
            return replace(document, number=number, content=content)
        case ContentOverwritten(content=content):
            return replace(document, content=content)
        case DocumentTrashed(purge_at=purge_at):
            return replace(document, status=DocumentStatus.TRASHED, purge_at=purge_at)
        case DocumentRestored():
            return replace(document, status=DocumentStatus.LIVE, purge_at=None)
        case DocumentPurged():
            return ERASED
        case _:
            assert_never(event)


def _created(document: Document | None, command: CreateDocument) -> DocumentCreated:
    if document is not None:
        raise DocumentExists
    label = checked_label(command.label)
    return DocumentCreated(label=label, folder_id=command.folder_id, content=command.content)


def _revised(document: Document, command: ReviseDocument) -> list[DocumentEvent]:
    """Return events for the fields that differ; none when nothing changes."""
    old, events = document.label, list[DocumentEvent]()
    label = Label(
        name=old.name if command.name is UNSET else command.name,
        description=old.description if command.description is UNSET else command.description,
        tags=old.tags if command.tags is UNSET else command.tags,
    )
    if label != old:
        events.append(DocumentRelabelled(label=checked_label(label)))
    if command.folder_id is not UNSET and command.folder_id != document.folder_id:
        events.append(DocumentMoved(folder_id=command.folder_id))
    return events


def _overwritten(document: Document, content: Content) -> ContentOverwritten:
    return ContentOverwritten(
        number=document.number, content=content, erased=document.content.digest
    )


def _due(document: Document | None, now: datetime) -> bool:
    return document is not None and document.purge_at is not None and document.purge_at <= now


def _not_purged(document: Document | None) -> bool:
    return document is not None and document.status is not DocumentStatus.PURGED


def _live(document: Document | None) -> Document:
    """Require a live document; trashed, purged and missing ones are all not found."""
    if document is None or document.status is not DocumentStatus.LIVE:
        raise DocumentNotFound
    return document


def _trashed(document: Document | None) -> Document:
    if document is None or document.status is DocumentStatus.PURGED:
        raise DocumentNotFound
    if document.status is DocumentStatus.LIVE:
        raise DocumentNotTrashed
    return document
