"""Document history: versions and events, read from the document's own stream."""

from collections.abc import Sequence
from datetime import datetime

from application.documents.documents import DOCUMENT
from application.documents.versions import Version, versions_in
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import EventLog
from domain.documents.document import DocumentNotFound
from domain.documents.events import DocumentPurged, DocumentTrashed
from domain.refusals import NotFound


class VersionNotFound(NotFound):
    code = "VERSION_NOT_FOUND"
    message = "The document has no such version."


class DocumentHistory:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def records(self, org_id: str, document_id: str) -> Sequence[RecordedEvent]:
        """Return the document's events, oldest first.

        Raises ``DocumentNotFound`` when it is another organisation's or has been purged.
        """
        records = await self._log.read(DOCUMENT.stream(document_id))
        if not records or records[0].origin.org_id != org_id:
            raise DocumentNotFound
        if isinstance(records[-1].event, DocumentPurged):
            raise DocumentNotFound
        return records

    async def versions(self, org_id: str, document_id: str) -> Sequence[Version]:
        """Return every version of a live document, oldest first."""
        records = await self.records(org_id, document_id)
        if _is_trashed(records):
            raise DocumentNotFound
        return list(versions_in(records))

    async def version(self, org_id: str, document_id: str, number: int) -> Version:
        versions = await self.versions(org_id, document_id)
        if not 1 <= number <= len(versions):
            raise VersionNotFound
        return versions[number - 1]

    async def position_at(self, time: datetime) -> int:
        return await self._log.position_at(time)


def _is_trashed(records: Sequence[RecordedEvent]) -> bool:
    return isinstance(records[-1].event, DocumentTrashed)
