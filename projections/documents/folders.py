"""Read model ``folders``: every folder with the path of its parent (``GET /folders``)."""

from collections.abc import Sequence
from typing import Final, LiteralString

import msgspec

from application.eventstore.envelope import RecordedEvent
from domain.documents.folder_events import FolderCreated
from projections.engine.ports import Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {folders}
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[])
    ON CONFLICT (id) DO NOTHING
"""
CHILDREN: Final[LiteralString] = """
    SELECT path FROM models.folders WHERE org_id = %b AND parent_path = %b ORDER BY path
"""
BY_PATH: Final[LiteralString] = "SELECT id FROM models.folders WHERE org_id = %b AND path = %b"


class FolderSummary(msgspec.Struct, frozen=True):
    """Folder as returned by the API (seed 002, Folder)."""

    name: str
    path: str


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows = [
        (record.key, record.origin.org_id, *_parent_and_path(record.event.path))
        for record in records
        if isinstance(record.event, FolderCreated) and record.event.path  # erased ones have none
    ]
    return [Write(UPSERT, columns_of(rows))] if rows else []


def _parent_and_path(path: str) -> tuple[str, str]:
    return path.rpartition("/")[0], path


FOLDERS: Final = Projection(
    name="folders",
    shape=1,
    tables=("folders",),
    ddl="""
        CREATE TABLE {folders} (
            id text PRIMARY KEY, org_id text NOT NULL, parent_path text NOT NULL,
            path text NOT NULL)
    """,
    indexes="""
        CREATE INDEX ON {folders} (org_id, parent_path, path);
        CREATE UNIQUE INDEX ON {folders} (org_id, path);
    """,
    takes=frozenset({FolderCreated}),
    fold=fold,
)


class FolderQueries:
    def __init__(self, select: Select) -> None:
        self._select = select

    async def children(self, org_id: str, parent: str) -> list[FolderSummary]:
        """Return the direct children of a path, by name; ``""`` is the root."""
        rows = await self._select(CHILDREN, (org_id, parent))
        return [FolderSummary(name=path.rpartition("/")[2], path=path) for (path,) in rows]

    async def id_of(self, org_id: str, path: str) -> str | None:
        rows = await self._select(BY_PATH, (org_id, path))
        return rows[0][0] if rows else None
