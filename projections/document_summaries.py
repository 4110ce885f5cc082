"""Read model behind the document routes: one row per document that has not been purged."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple, TypeAlias

import msgspec

from application.batcher import Batcher
from application.recorded import Recorded
from domain.documents.events import (
    Content,
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
from projections.projection import Projection, Write, columns_of
from projections.reading import Select

UPSERT: Final[LiteralString] = """
    INSERT INTO {document_summaries} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::int[],
                         %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[],
                         %b::bigint[])
    ON CONFLICT (id) DO UPDATE SET
        version = excluded.version,
        label = coalesce(excluded.label, old.label),
        folder_id = coalesce(excluded.folder_id, old.folder_id),
        number = coalesce(excluded.number, old.number),
        digest = coalesce(excluded.digest, old.digest),
        file_size = coalesce(excluded.file_size, old.file_size),
        updated_at = coalesce(excluded.updated_at, old.updated_at),
        purge_at = coalesce(excluded.purge_at, old.purge_at)
"""
REMOVE: Final[LiteralString] = "DELETE FROM {document_summaries} WHERE id = ANY(%b::text[])"
ROW: Final[LiteralString] = """
    SELECT d.org_id, d.id, d.version, d.label, d.folder_id, d.number, d.digest, d.file_size,
           d.created_at, d.updated_at
    FROM models.document_summaries d
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
ROOT: Final = ""
"""Folder id of what lies in no folder, in the table: a NULL there means "as before"."""

Key: TypeAlias = tuple[str, str]


class DocumentSummary(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A document as readers see it, and the JSON the API answers with (seed 002, Document)."""

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
    """A live document: what readers see, its aggregate version, and where its content is."""

    summary: DocumentSummary
    version: int
    number: int
    digest: str


class Change(msgspec.Struct):
    """What becomes of one row; ``None`` leaves a column as it is."""

    id: str
    org_id: str | None = None
    version: int | None = None
    label: str | None = None
    folder_id: str | None = None
    number: int | None = None
    digest: str | None = None
    file_size: int | None = None
    created_at: int | None = None
    updated_at: int | None = None
    purge_at: int | None = None
    created_position: int | None = None


def fold(records: Sequence[Recorded]) -> Sequence[Write]:
    """Sum a run of events up as one change per document."""
    changes = changes_of(records)
    upserts = [msgspec.structs.astuple(change) for change in changes.values() if change]
    removals = [key for key, change in changes.items() if change is None]
    writes = [Write(UPSERT, columns_of(upserts))] if upserts else []
    return [*writes, Write(REMOVE, (removals,))] if removals else writes


def changes_of(records: Sequence[Recorded]) -> dict[str, Change | None]:
    changes: dict[str, Change | None] = {}
    for record in records:
        key = record.key
        if type(record.event) is DocumentPurged:
            changes[key] = None
            continue
        if (change := changes.get(key)) is None:
            change = changes[key] = Change(key)
        change.version = record.version
        _apply(change, record)
    return changes


def _apply(change: Change, record: Recorded) -> None:
    match record.event:
        case DocumentCreated(label=label, folder_id=folder_id, content=content):
            change.org_id, change.created_at = record.origin.org_id, record.recorded_ms
            change.created_position, change.purge_at = record.position, 0
            change.folder_id, change.number = folder_id or ROOT, 1
            _label(change, label, record.recorded_ms)
            _content(change, content, record.recorded_ms)
        case DocumentRelabelled(label=label):
            _label(change, label, record.recorded_ms)
        case DocumentMoved(folder_id=folder_id):
            change.folder_id, change.updated_at = folder_id or ROOT, record.recorded_ms
        case VersionAdded(number=number, content=content):
            change.number = number
            _content(change, content, record.recorded_ms)
        case ContentOverwritten(content=content):
            _content(change, content, record.recorded_ms)
        case DocumentTrashed(purge_at=purge_at):
            change.purge_at = int(purge_at.timestamp() * 1000)
        case DocumentRestored():
            change.purge_at = 0


def _label(change: Change, label: Label, at: int) -> None:
    change.label, change.updated_at = msgspec.json.encode(label).decode(), at


def _content(change: Change, content: Content, at: int) -> None:
    change.digest, change.file_size, change.updated_at = content.digest, content.size, at


DOCUMENT_SUMMARIES: Final = Projection(
    name="document_summaries",
    shape=1,
    tables=("document_summaries",),
    ddl="""
        CREATE TABLE {document_summaries} (
            id text PRIMARY KEY, org_id text, version bigint, label text, folder_id text,
            number int, digest text, file_size bigint, created_at bigint, updated_at bigint,
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
)


class DocumentSummaries:
    """Queries; another organisation's documents are as missing as those that never were."""

    def __init__(self, select: Select) -> None:
        self._select = select
        self._finds = Batcher[Key, FoundDocument | None](self._find)

    async def find(self, org_id: str, document_id: str) -> FoundDocument | None:
        """Look one document up, together with everyone else who is looking one up right now."""
        return await self._finds.ask((org_id, document_id))

    async def page(
        self, org_id: str, *, folder_id: str | None, before: str, limit: int
    ) -> list[DocumentSummary]:
        """Return live documents with ids below ``before``, newest first; ``None`` is any folder."""
        if folder_id is None:
            rows = await self._select(LIST, (org_id, before, limit))
        else:
            rows = await self._select(LIST_FOLDER, (org_id, folder_id, before, limit))
        return [found(row).summary for row in rows]

    async def born(self, org_id: str, *, before: str, position: int, limit: int) -> list[str]:
        """Return the ids of documents that existed by a position and are not purged."""
        return [key for (key,) in await self._select(BORN, (org_id, before, position, limit))]

    async def due(self, now_ms: int, limit: int) -> list[Key]:
        """Return (organisation, id) of trashed documents whose time is over, longest due first."""
        return await self._select(DUE, (now_ms, limit))

    async def _find(self, keys: Sequence[Key]) -> Sequence[FoundDocument | None]:
        rows = await self._select(ONE, ([document_id for _, document_id in keys],))
        by_key = {(row[0], row[1]): found(row) for row in rows}
        return [by_key.get(key) for key in keys]


def found(row: Sequence[Any]) -> FoundDocument:
    _, key, version, label_json, folder_id, number, digest, file_size, created, updated = row
    label = msgspec.json.decode(label_json, type=Label)
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
    return FoundDocument(summary, version, number, digest)
