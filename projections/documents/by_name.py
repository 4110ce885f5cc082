"""Documents by their names, for those who write to one: newest first, and only so many."""

from typing import Final

from projections.documents.document_summaries import DocumentQueries
from projections.documents.folders import FolderQueries

LAST: Final = "g"
"""Sorts behind every id."""
ROOT: Final = ""
"""What the read model has for documents in no folder."""
PAGE: Final = 100
PAGES: Final = 20


class DocumentNames:
    """Implements ``application.pipelines.document_output.DocumentNames``."""

    def __init__(self, summaries: DocumentQueries, folders: FolderQueries) -> None:
        self._summaries = summaries
        self._folders = folders

    async def newest(self, org_id: str, folder: str | None, name: str) -> str | None:
        """Look through the newest documents of the folder for one of that name."""
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
