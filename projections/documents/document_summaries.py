"""Read model ``document_summaries``: one row per document that has not been purged.

It holds no personal data: for names and digests it refers to the events that last set them, which
are read with the row and decrypted with the document's data key. Once that key is destroyed, the
document is not found, even if its row remains.
"""

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple, TypeAlias

import msgspec

from application.concurrency.batcher import Batcher
from application.documents.documents import DOCUMENT
from application.eventstore.envelope import RecordedEvent
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
from projections.documents.document_changes import changes_of
from projections.engine.ports import OpenEvent, Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {document_summaries} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::int[],
                         %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[],
                         %b::bigint[])
    ON CONFLICT (id) DO UPDATE SET
        version = excluded.version,
        labelled = coalesce(excluded.labelled, old.labelled),
        folder_id = coalesce(excluded.folder_id, old.folder_id),
        number = coalesce(excluded.number, old.number),
        filled = coalesce(excluded.filled, old.filled),
        file_size = coalesce(excluded.file_size, old.file_size),
        updated_at = coalesce(excluded.updated_at, old.updated_at),
        purge_at = coalesce(excluded.purge_at, old.purge_at)
"""
REMOVE: Final[LiteralString] = "DELETE FROM {document_summaries} WHERE id = ANY(%b::text[])"
ROW: Final[LiteralString] = """
    SELECT d.org_id, d.id, d.version, d.folder_id, d.number, d.file_size, d.created_at,
           d.updated_at, k.wrapped, d.labelled, l.topic, l.state, d.filled, f.topic, f.state
    FROM models.document_summaries d
    JOIN data_keys k ON k.stream = 'document-' || d.id
    JOIN forge_events l
        ON l.originator_id = 'document-' || d.id AND l.originator_version = d.labelled
    LEFT JOIN forge_events f
        ON f.originator_id = 'document-' || d.id
        AND f.originator_version = nullif(d.filled, d.labelled)
"""
ONE: Final = ROW + "WHERE d.id = ANY(%b::text[]) AND d.purge_at = 0"
LIST: Final = (
    ROW + "WHERE d.org_id = %b AND d.purge_at = 0 AND d.id < %b ORDER BY d.id DESC LIMIT %b"
)
LIST_FOLDER: Final = (
    ROW
    + "WHERE d.org_id = %b AND d.folder_id = %b AND d.purge_at = 0 AND d.id < %b"
    + " ORDER BY d.id DESC LIMIT %b"
)
BORN: Final[LiteralString] = """
    SELECT id FROM models.document_summaries
    WHERE org_id = %b AND id < %b AND created_position <= %b ORDER BY id DESC LIMIT %b
"""
DUE: Final[LiteralString] = """
    SELECT org_id, id FROM models.document_summaries
    WHERE purge_at > 0 AND purge_at <= %b ORDER BY purge_at LIMIT %b
"""

Key: TypeAlias = tuple[str, str]


class DocumentSummary(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Document as listed and returned by the API, and its JSON (seed 002, Document)."""

    id: str
    name: str
    title: str
    tags: tuple[str, ...]
    file_size: int
    created_at: int
    updated_at: int
    description: str | None = None
    folder_id: str | None = None


class FoundDocument(NamedTuple):
    """A live document: summary, stream version, content version number and content digest."""

    summary: DocumentSummary
    version: int
    number: int
    digest: str


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    """Sum a batch of events up as one change per document."""
    changes = changes_of(records)
    upserts = [msgspec.structs.astuple(change) for change in changes.values() if change]
    removals = [key for key, change in changes.items() if change is None]
    writes = [Write(UPSERT, columns_of(upserts))] if upserts else []
    return [*writes, Write(REMOVE, (removals,))] if removals else writes


DOCUMENT_SUMMARIES: Final = Projection(
    name="document_summaries",
    shape=2,
    tables=("document_summaries",),
    ddl="""
        CREATE TABLE {document_summaries} (
            id text PRIMARY KEY, org_id text, version bigint, labelled bigint, folder_id text,
            number int, filled bigint, file_size bigint, created_at bigint, updated_at bigint,
            purge_at bigint, created_position bigint)
    """,
    indexes="""
        CREATE INDEX ON {document_summaries} (org_id, id DESC);
        CREATE INDEX ON {document_summaries} (org_id, folder_id, id DESC) WHERE purge_at = 0;
        CREATE INDEX ON {document_summaries} (purge_at) WHERE purge_at > 0;
    """,
    takes=frozenset(
        {
            DocumentCreated,
            DocumentRelabelled,
            DocumentMoved,
            VersionAdded,
            ContentOverwritten,
            DocumentTrashed,
            DocumentRestored,
            DocumentPurged,
        }
    ),
    fold=fold,
    personal=False,
)


class DocumentQueries:
    """Queries of live documents, each limited to one organisation.

    ``open_event`` decrypts and decodes a stored event.
    """

    def __init__(self, select: Select, open_event: OpenEvent) -> None:
        self._select = select
        self._open = open_event
        self._finds = Batcher[Key, FoundDocument | None](self._find)

    async def find(self, org_id: str, document_id: str) -> FoundDocument | None:
        """Look a document up; concurrent lookups share one query."""
        return await self._finds.ask((org_id, document_id))

    async def page(
        self, org_id: str, *, folder_id: str | None, before: str, limit: int
    ) -> list[DocumentSummary]:
        """Return live documents with ids below ``before``, newest first; folder ``None``: any."""
        if folder_id is None:
            rows = await self._select(LIST, (org_id, before, limit))
        else:
            rows = await self._select(LIST_FOLDER, (org_id, folder_id, before, limit))
        return [self._found(row).summary for row in rows]

    async def created_before(
        self, org_id: str, *, before: str, position: int, limit: int
    ) -> list[str]:
        """Return ids of documents created up to a position and not purged, newest first."""
        return [key for (key,) in await self._select(BORN, (org_id, before, position, limit))]

    async def due(self, now_ms: int, limit: int) -> list[Key]:
        """Return (organisation, id) of trashed documents due for purging, longest due first."""
        return await self._select(DUE, (now_ms, limit))

    async def _find(self, keys: Sequence[Key]) -> Sequence[FoundDocument | None]:
        rows = await self._select(ONE, ([document_id for _, document_id in keys],))
        by_key = {(row[0], row[1]): self._found(row) for row in rows}
        return [by_key.get(key) for key in keys]

    def _found(self, row: Sequence[Any]) -> FoundDocument:
        """Decrypt the events that a row refers to, often the same one."""
        *columns, wrapped, label_version, topic, state = row[:-3]
        content_version, content_topic, content_state = row[-3:]
        stream = DOCUMENT.stream(row[1])
        label = self._open(stream, label_version, topic, state, wrapped)
        content = label
        if content_state is not None:
            content = self._open(stream, content_version, content_topic, content_state, wrapped)
        return assemble_document(columns, label, content)


def created_document(records: Sequence[RecordedEvent]) -> FoundDocument:
    """Return the document that these events begin, as the row for them would have it."""
    [(record, event)] = [(r, r.event) for r in records if isinstance(r.event, DocumentCreated)]
    time = record.recorded_ms
    size, folder_id = event.content.size, event.folder_id
    columns = (record.origin.org_id, record.key, record.version, folder_id, 1, size, time, time)
    return assemble_document(columns, event, event)


def assemble_document(
    columns: Sequence[Any], label_event: Any, content_event: Any
) -> FoundDocument:
    """Combine the columns of a row with the events that set its label and its content."""
    _, key, version, folder_id, number, file_size, created, updated = columns
    label: Label = label_event.label
    summary = DocumentSummary(
        id=key,
        name=label.name,
        title=label.name,
        tags=label.tags,
        file_size=file_size,
        created_at=created,
        updated_at=updated,
        description=label.description,
        folder_id=folder_id or None,
    )
    return FoundDocument(summary, version, number, content_event.content.digest)
