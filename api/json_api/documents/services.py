"""What the routes of documents and folders are built from."""

import msgspec

from application.documents.documents import DocumentCommands
from application.documents.history import DocumentHistory
from application.eventstore.contents import Contents
from projections.documents.as_of import DocumentsAsOf
from projections.documents.document_summaries import DocumentQueries
from projections.documents.folders import FolderQueries


class DocumentServices(msgspec.Struct, frozen=True, kw_only=True):
    commands: DocumentCommands
    history: DocumentHistory
    contents: Contents
    summaries: DocumentQueries
    folders: FolderQueries
    past: DocumentsAsOf
