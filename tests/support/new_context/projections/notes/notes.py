"""Read model of notes: an organisation's, newest first."""

from collections.abc import Sequence
from typing import Final, LiteralString

import msgspec
from domain.notes.events import NoteWritten

from application.eventstore.envelope import RecordedEvent
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {notes} SELECT * FROM unnest(%b::text[], %b::text[], %b::text[])
    ON CONFLICT (id) DO NOTHING
"""
NEWEST: Final[LiteralString] = """
    SELECT id, text FROM models.notes WHERE org_id = %b ORDER BY id DESC LIMIT %b
"""


class NoteSummary(msgspec.Struct, frozen=True):
    id: str
    text: str


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows = [
        (record.key, record.origin.org_id, record.event.text)
        for record in records
        if isinstance(record.event, NoteWritten)
    ]
    return [Write(UPSERT, columns_of(rows))] if rows else []


NOTES: Final = Projection(
    name="notes",
    shape=1,
    tables=("notes",),
    ddl="CREATE TABLE {notes} (id text PRIMARY KEY, org_id text NOT NULL, text text NOT NULL)",
    indexes="CREATE INDEX ON {notes} (org_id, id DESC)",
    takes=frozenset({NoteWritten}),
    fold=fold,
)


class NoteQueries:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def newest(self, org_id: str, limit: int) -> list[NoteSummary]:
        rows = await self._select(NEWEST, (org_id, limit))
        return [NoteSummary(id=note_id, text=text) for note_id, text in rows]
