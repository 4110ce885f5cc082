"""Commands on documents."""

from typing import TypeAlias

from msgspec import UNSET, UnsetType

from domain.content import Content
from domain.documents.events import Label
from domain.messages import Command


class CreateDocument(Command, frozen=True):
    label: Label
    content: Content
    folder_id: str | None = None


class ReviseDocument(Command, frozen=True):
    """Change metadata; unset fields stay unchanged."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    folder_id: str | UnsetType | None = UNSET


class AddVersion(Command, frozen=True):
    content: Content


class OverwriteContent(Command, frozen=True):
    """Replace the content of the current version, erasing the old content."""

    content: Content


class TrashDocument(Command, frozen=True):
    pass


class RestoreDocument(Command, frozen=True):
    """Take a document out of the trash."""


class PurgeDocument(Command, frozen=True):
    pass


class PurgeIfDue(Command, frozen=True):
    """Purge a document whose time in the trash is over; otherwise do nothing."""


class ReapplyPurge(Command, frozen=True):
    """Purge a document again after a restored backup brought it back, trashed or not."""


DocumentCommand: TypeAlias = (
    CreateDocument
    | ReviseDocument
    | AddVersion
    | OverwriteContent
    | TrashDocument
    | RestoreDocument
    | PurgeDocument
    | PurgeIfDue
    | ReapplyPurge
)
