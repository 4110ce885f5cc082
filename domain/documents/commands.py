"""What callers may ask of a document."""

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
    """Change some of the metadata; what is unset stays as it is."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    folder_id: str | UnsetType | None = UNSET


class AddVersion(Command, frozen=True):
    content: Content


class OverwriteContent(Command, frozen=True):
    """Replace the current version's bytes and keep no trace of the old ones."""

    content: Content


class TrashDocument(Command, frozen=True):
    pass


class RestoreDocument(Command, frozen=True):
    """Take a document out of the trash."""


class PurgeDocument(Command, frozen=True):
    pass


class PurgeIfDue(Command, frozen=True):
    """Purge what has been in the trash for its time; otherwise do nothing."""


class ReapplyPurge(Command, frozen=True):
    """Purge what was purged before and has come back with a restore, trashed or not."""


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
