"""Lookup of the newest document by name, for pipeline outputs; searches 2,000 documents."""

from typing import Final

from projections.documents.document_summaries import DocumentQueries
from projections.documents.folders import FolderQueries

LAST: Final = "g"
"""A cursor greater than every id."""
ROOT: Final = ""
"""Folder id that the read model stores for documents in no folder."""
PAGE: Final = 100
PAGES: Final = 20


class DocumentNames:
    """Implements ``application.pipelines.document_output.DocumentNames``."""

    def __init__(self, summaries: DocumentQueries, folders: FolderQueries) -> None:
        self._summaries = summaries
        self._folders = folders

    async def newest(self, org_id: str, folder: str | None, name: str) -> str | None:
        """Return the id of the newest document of a name in a folder."""
        folder_id = await self._folders.id_of(org_id, folder) if folder else ROOT
        if folder_id is None:
            return None
        before = LAST
        for _ in range(PAGES):
            page = await self._summaries.page(
                org_id, folder_id=folder_id, before=before, limit=PAGE
            )
            for found in page:
                if found.name == name:
                    return found.id
            if len(page) < PAGE:
                break
            before = page[-1].id
        return None
