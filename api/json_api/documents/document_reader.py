"""Reads documents for a request: now, as of a time, or just after a write."""

from api.auth.caller import caller_of
from api.http.paging import Cursor, Page, PageRequest, page_of
from api.http.query_params import position_of, query_param, require_position
from api.request import AnyRequest
from application.documents.history import DocumentHistory
from application.eventstore.read_your_writes import ReadYourWrites
from application.eventstore.transactions import Written
from domain.documents.document import DocumentNotFound
from projections.documents.as_of import DocumentsAsOf, fold_document
from projections.documents.document_summaries import (
    DocumentQueries,
    DocumentSummary,
    FoundDocument,
)
from projections.documents.folders import FolderQueries

DOCUMENTS, FOLDERS = "document_summaries", "folders"


class DocumentReader:
    def __init__(
        self,
        summaries: DocumentQueries,
        folders: FolderQueries,
        past: DocumentsAsOf,
        history: DocumentHistory,
        visibility: ReadYourWrites,
    ) -> None:
        self._summaries = summaries
        self._folders = folders
        self._past = past
        self._history = history
        self._read_your_writes = visibility

    async def find(self, request: AnyRequest, document_id: str) -> FoundDocument:
        """Return a live document, as of ``asOf`` if present.

        Raises ``DocumentNotFound``, also for one of another organisation.
        """
        org_id = caller_of(request).org_id
        await require_position(request, self._read_your_writes, DOCUMENTS)
        if (as_of := query_param(request, "asOf")) is None:
            document = await self._summaries.find(org_id, document_id)
        else:
            position = await position_of(as_of, self._history.position_at)
            document = await self._past.find(org_id, document_id, position)
        if document is None:
            raise DocumentNotFound
        return document

    async def page(self, request: AnyRequest, page: PageRequest) -> Page[DocumentSummary]:
        """Return a page of live documents, newest first."""
        org_id = caller_of(request).org_id
        await require_position(request, self._read_your_writes, DOCUMENTS)
        folder_id = query_param(request, "folderId")
        if (folder := query_param(request, "folder")) is not None:
            folder_id = await self._folders.id_of(org_id, folder)
            if folder_id is None:
                return Page((), None)
        start, limit = page
        position = await self._position(request, start)
        if position is not None:
            return await self._page_as_of(org_id, folder_id, Cursor(start.before, position), limit)
        documents = await self._summaries.page(
            org_id, folder_id=folder_id, before=start.before, limit=limit + 1
        )
        return page_of(documents, limit)

    async def _position(self, request: AnyRequest, start: Cursor) -> int | None:
        """Return the position of a list as of the past; a cursor's own has priority."""
        as_of = query_param(request, "asOf")
        if as_of is None or start.position is not None:
            return start.position
        return await position_of(as_of, self._history.position_at)

    async def _page_as_of(
        self, org_id: str, folder_id: str | None, start: Cursor, limit: int
    ) -> Page[DocumentSummary]:
        position = start.position or 0
        await self._read_your_writes.wait_all(position, [DOCUMENTS])
        documents, before = await self._past.page(
            org_id, folder_id=folder_id, before=start.before, position=position, limit=limit
        )
        next_cursor = None if before is None else Cursor(before, position).text()
        return Page([document.summary for document in documents], next_cursor)

    async def wait_visible(self, written: Written) -> None:
        """Wait until reads show a write, for a second at most; it is recorded in any case."""
        if written.records:
            await self._read_your_writes.wait_visible(written.position, DOCUMENTS)
            if any(record.stream.startswith("folder-") for record in written.records):
                await self._read_your_writes.wait_visible(written.position, FOLDERS)

    async def read_after_write(
        self, written: Written, request: AnyRequest, document_id: str
    ) -> FoundDocument:
        """Return a document after a write: from its events if the read model is late."""
        org_id = caller_of(request).org_id
        await self.wait_visible(written)
        document = await self._summaries.find(org_id, document_id)
        if document is None or document.version < written.version:
            document = fold_document(await self._history.records(org_id, document_id))
        if document is None:
            raise DocumentNotFound
        return document
