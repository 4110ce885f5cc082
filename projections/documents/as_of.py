"""Documents as of a past position, folded from their event streams."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from application.documents.documents import DOCUMENT
from application.documents.history import DocumentHistory
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from projections.documents.document_changes import ROOT, changes_of
from projections.documents.document_summaries import (
    DocumentQueries,
    FoundDocument,
    assemble_document,
)

MAX_PAGES: Final = 10
"""Pages of candidates read for one page of results, which may therefore be short."""


def fold_document(records: Sequence[RecordedEvent]) -> FoundDocument | None:
    """Fold the events of one document; ``None`` if it is not live after the last of them."""
    events = {record.version: record.event for record in records}
    for change in changes_of(records).values():
        if change is not None and change.purge_at == 0:
            return assemble_document(
                change.visible_columns(),
                events[change.label_version or 1],
                events[change.content_version or 1],
            )
    return None


class DocumentsAsOf:
    def __init__(self, log: EventLog, history: DocumentHistory, summaries: DocumentQueries) -> None:
        self._log = log
        self._history = history
        self._summaries = summaries

    async def find(self, org_id: str, document_id: str, position: int) -> FoundDocument | None:
        """Return a document if live at a position; raises ``DocumentNotFound`` if purged since."""
        records = await self._history.records(org_id, document_id)
        return fold_document([record for record in records if record.position <= position])

    async def page(
        self, org_id: str, *, folder_id: str | None, before: str, position: int, limit: int
    ) -> tuple[list[FoundDocument], str | None]:
        """Return documents live at a position, newest first, and the next ``before``.

        Their ids are below ``before``. ``folder_id`` of ``None`` means any folder. Documents purged
        since are left out.
        """
        live: list[FoundDocument] = []
        for _ in range(MAX_PAGES):
            keys = await self._summaries.created_before(
                org_id, before=before, position=position, limit=limit
            )
            live += await self._documents_at(keys, folder_id, position)
            if len(live) >= limit:
                return live[:limit], live[limit - 1].summary.id
            if len(keys) < limit:
                return live, None
            before = keys[-1]
        return live, before

    async def _documents_at(
        self, keys: Sequence[str], folder_id: str | None, position: int
    ) -> list[FoundDocument]:
        records = await self._log.past([DOCUMENT.stream(key) for key in keys], until=position)
        streams = groupby(records, key=lambda record: record.stream)
        was = [document for _, past in streams if (document := fold_document([*past]))]
        if folder_id is not None:
            was = [document for document in was if _folder(document) == folder_id]
        return sorted(was, key=lambda document: document.summary.id, reverse=True)


def _folder(document: FoundDocument) -> str:
    return document.summary.folder_id or ROOT
