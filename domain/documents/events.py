"""Events of documents. Stored forever: add events, never rename a tag."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from domain.content import Content
from domain.messages import Event
from domain.text import Personal, Public


class Label(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Metadata of a document: name, description and tags."""

    name: Personal
    description: Personal | None = None
    tags: tuple[Personal, ...] = ()


class DocumentCreated(Event, frozen=True, tag="document.created"):
    label: Label
    folder_id: Public | None
    content: Content


class DocumentRelabelled(Event, frozen=True, tag="document.relabelled"):
    label: Label


class DocumentMoved(Event, frozen=True, tag="document.moved"):
    folder_id: Public | None


class VersionAdded(Event, frozen=True, tag="document.version_added"):
    number: int
    content: Content


class ContentOverwritten(Event, frozen=True, tag="document.content_overwritten"):
    """The content of the current version was replaced; ``erased`` is the digest of the old one."""

    number: int
    content: Content
    erased: Personal


class DocumentTrashed(Event, frozen=True, tag="document.trashed"):
    purge_at: datetime


class DocumentRestored(Event, frozen=True, tag="document.restored"):
    pass


class DocumentPurged(Event, frozen=True, tag="document.purged"):
    destroys_key = True


DocumentEvent: TypeAlias = (
    DocumentCreated
    | DocumentRelabelled
    | DocumentMoved
    | VersionAdded
    | ContentOverwritten
    | DocumentTrashed
    | DocumentRestored
    | DocumentPurged
)
