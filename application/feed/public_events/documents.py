"""Public events of documents and folders; the texts of erased ones are empty."""

from datetime import datetime
from typing import Final

from application.feed.public_events.event_type import Data, PublicType, public_type
from domain.documents import events as documents
from domain.documents import folder_events as folders
from domain.identity.scopes import Scope


class DocumentData(Data, frozen=True, kw_only=True):
    document_id: str


class DocumentLabelData(DocumentData, frozen=True, kw_only=True):
    name: str
    description: str | None
    tags: tuple[str, ...]


class DocumentCreatedData(DocumentLabelData, frozen=True, kw_only=True):
    """``folderId`` is null in the root; ``fileSize`` counts bytes."""

    folder_id: str | None
    file_size: int


class DocumentMovedData(DocumentData, frozen=True, kw_only=True):
    """``folderId`` is null in the root."""

    folder_id: str | None


class DocumentVersionData(DocumentData, frozen=True, kw_only=True):
    """``fileSize`` counts the bytes of this version."""

    version: int
    file_size: int


class DocumentTrashedData(DocumentData, frozen=True, kw_only=True):
    """``purgeAt`` is when it will be purged unless it is restored."""

    purge_at: datetime


class FolderCreatedData(Data, frozen=True, kw_only=True):
    """``path`` is whole, from the root; ``parentId`` is null below it."""

    folder_id: str
    path: str
    parent_id: str | None


def created(key: str, event: documents.DocumentCreated) -> DocumentCreatedData:
    label = event.label
    return DocumentCreatedData(
        document_id=key,
        name=label.name,
        description=label.description,
        tags=label.tags,
        folder_id=event.folder_id,
        file_size=event.content.size,
    )


def relabelled(key: str, event: documents.DocumentRelabelled) -> DocumentLabelData:
    label = event.label
    return DocumentLabelData(
        document_id=key, name=label.name, description=label.description, tags=label.tags
    )


def moved(key: str, event: documents.DocumentMoved) -> DocumentMovedData:
    return DocumentMovedData(document_id=key, folder_id=event.folder_id)


def version_of(
    key: str, event: documents.VersionAdded | documents.ContentOverwritten
) -> DocumentVersionData:
    return DocumentVersionData(document_id=key, version=event.number, file_size=event.content.size)


def trashed(key: str, event: documents.DocumentTrashed) -> DocumentTrashedData:
    return DocumentTrashedData(document_id=key, purge_at=event.purge_at)


def nothing_but_id(
    key: str, _event: documents.DocumentRestored | documents.DocumentPurged
) -> DocumentData:
    return DocumentData(document_id=key)


def folder_created(key: str, event: folders.FolderCreated) -> FolderCreatedData:
    return FolderCreatedData(folder_id=key, path=event.path, parent_id=event.parent_id)


READERS: Final = Scope.DOCUMENTS
TYPES: Final[tuple[PublicType, ...]] = (
    public_type("document.created", READERS, documents.DocumentCreated, created),
    public_type("document.relabelled", READERS, documents.DocumentRelabelled, relabelled),
    public_type("document.moved", READERS, documents.DocumentMoved, moved),
    public_type("document.version_added", READERS, documents.VersionAdded, version_of),
    public_type("document.content_overwritten", READERS, documents.ContentOverwritten, version_of),
    public_type("document.trashed", READERS, documents.DocumentTrashed, trashed),
    public_type("document.restored", READERS, documents.DocumentRestored, nothing_but_id),
    public_type("document.purged", READERS, documents.DocumentPurged, nothing_but_id),
    public_type("folder.created", READERS, folders.FolderCreated, folder_created),
)
