"""Events of documents and folders: stored shapes, published fields, read model rules."""

from typing import Final

from domain.documents.events import (
    ContentOverwritten,
    DocumentCreated,
    DocumentMoved,
    DocumentPurged,
    DocumentRelabelled,
    DocumentRestored,
    DocumentTrashed,
    Label,
    VersionAdded,
)
from domain.documents.folder_events import FolderCreated
from tests.support.registries.event_part import CONTENT, LATER, EventPart

LABEL: Final = Label(name="customers \u2013 \u202e😀", description="Imported", tags=("crm", "2026"))
LABEL_FIELDS: Final = ("documentId", "name", "description", "tags")

PART: Final = EventPart(
    stored={
        "document.created.1": DocumentCreated(label=LABEL, folder_id="f1", content=CONTENT),
        "document.relabelled.1": DocumentRelabelled(label=Label(name="bare")),
        "document.moved.1": DocumentMoved(folder_id=None),
        "document.version_added.1": VersionAdded(number=2, content=CONTENT),
        "document.content_overwritten.1": ContentOverwritten(
            number=2, content=CONTENT, erased="6f70bf18"
        ),
        "document.trashed.1": DocumentTrashed(purge_at=LATER),
        "document.restored.1": DocumentRestored(),
        "document.purged.1": DocumentPurged(),
        "folder.created.1": FolderCreated(path="imports/2026", parent_id="f0"),
    },
    published={
        "document.created": (*LABEL_FIELDS, "folderId", "fileSize"),
        "document.relabelled": LABEL_FIELDS,
        "document.moved": ("documentId", "folderId"),
        "document.version_added": ("documentId", "version", "fileSize"),
        "document.content_overwritten": ("documentId", "version", "fileSize"),
        "document.trashed": ("documentId", "purgeAt"),
        "document.restored": ("documentId",),
        "document.purged": ("documentId",),
        "folder.created": ("folderId", "path", "parentId"),
    },
    unique={FolderCreated: lambda event, org_id: (org_id, event.path)},
)
