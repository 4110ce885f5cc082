"""Read model ``generations``: status of each, with references to its first and last events.

It holds no personal data: prompts and summaries are read from the events.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple, TypeAlias

from application.concurrency.batcher import Batcher
from application.eventstore.envelope import RecordedEvent
from application.generations.runner import GENERATION
from domain.generations.events import (
    GenerationCompleted,
    GenerationDownloaded,
    GenerationFailed,
    GenerationRequested,
    StageReached,
)
from domain.generations.generation import GenerationStatus
from projections.engine.ports import OpenEvent, Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {generations} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::text[], %b::text[],
                         %b::timestamptz[], %b::bigint[])
    ON CONFLICT (id) DO UPDATE SET
        org_id = coalesce(excluded.org_id, old.org_id),
        version = excluded.version,
        status = coalesce(excluded.status, old.status),
        node = coalesce(excluded.node, old.node),
        created_at = coalesce(excluded.created_at, old.created_at),
        ended = coalesce(excluded.ended, old.ended)
"""
ROW: Final[LiteralString] = """
    SELECT g.org_id, g.id, g.version, g.created_at, g.ended, k.wrapped, r.topic, r.state,
           e.topic, e.state
    FROM models.generations g
    JOIN data_keys k ON k.stream = 'generation-' || g.id
    JOIN forge_events r
        ON r.originator_id = 'generation-' || g.id AND r.originator_version = 1
    LEFT JOIN forge_events e
        ON e.originator_id = 'generation-' || g.id AND e.originator_version = g.ended
"""
ONE: Final = ROW + "WHERE g.id = ANY(%b::text[])"
LIST: Final = ROW + "WHERE g.org_id = %b AND g.id < %b ORDER BY g.id DESC LIMIT %b"
ORPHANS: Final[LiteralString] = """
    SELECT g.org_id, g.id FROM models.generations g
    WHERE g.status = 'running' AND NOT EXISTS (
        SELECT FROM run_leases l WHERE l.node = g.node AND l.until > now())
    ORDER BY g.id LIMIT %b
"""

Key: TypeAlias = tuple[str, str]
End: TypeAlias = GenerationCompleted | GenerationFailed | None


class FoundGeneration(NamedTuple):
    """A generation with its request and its end, which is ``None`` while it runs."""

    id: str
    version: int
    created_at: datetime
    requested: GenerationRequested
    end: End

    @property
    def completed(self) -> GenerationCompleted | None:
        return self.end if isinstance(self.end, GenerationCompleted) else None

    @property
    def status(self) -> GenerationStatus:
        if self.end is None:
            return GenerationStatus.RUNNING
        return GenerationStatus.COMPLETED if self.completed else GenerationStatus.FAILED


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, *[None] * 6])
        row[2] = record.version
        match record.event:
            case GenerationRequested(node=node):
                row[1], row[4], row[5] = record.origin.org_id, node, record.recorded_at
                row[3] = GenerationStatus.RUNNING.value
            case GenerationCompleted():
                row[3], row[6] = GenerationStatus.COMPLETED.value, record.version
            case GenerationFailed():
                row[3], row[6] = GenerationStatus.FAILED.value, record.version
    return [Write(UPSERT, columns_of(rows.values()))] if rows else []


GENERATIONS: Final = Projection(
    name="generations",
    shape=1,
    tables=("generations",),
    ddl="""
        CREATE TABLE {generations} (
            id text PRIMARY KEY, org_id text, version bigint, status text, node text,
            created_at timestamptz, ended bigint)
    """,
    indexes="""
        CREATE INDEX ON {generations} (org_id, id DESC);
        CREATE INDEX ON {generations} (id) WHERE status = 'running';
    """,
    takes=frozenset(
        {
            GenerationRequested,
            StageReached,
            GenerationCompleted,
            GenerationFailed,
            GenerationDownloaded,
        }
    ),
    fold=fold,
    personal=False,
)


class GenerationQueries:
    """Queries of generations, each limited to one organisation.

    ``open_event`` decrypts and decodes a stored event.
    """

    def __init__(self, select: Select, open_event: OpenEvent) -> None:
        self._select = select
        self._open = open_event
        self._finds = Batcher[Key, FoundGeneration | None](self._find)

    async def find(self, org_id: str, generation_id: str) -> FoundGeneration | None:
        return await self._finds.ask((org_id, generation_id))

    async def page(self, org_id: str, before: str, limit: int) -> list[FoundGeneration]:
        """Return an organisation's generations with ids below ``before``, newest first."""
        return [self._found(row) for row in await self._select(LIST, (org_id, before, limit))]

    async def orphans(self, limit: int) -> list[Key]:
        """Return (organisation, id) of running generations without a lease, oldest first."""
        return await self._select(ORPHANS, (limit,))

    async def _find(self, keys: Sequence[Key]) -> Sequence[FoundGeneration | None]:
        rows = await self._select(ONE, ([generation_id for _, generation_id in keys],))
        by_key = {(row[0], row[1]): self._found(row) for row in rows}
        return [by_key.get(key) for key in keys]

    def _found(self, row: Sequence[Any]) -> FoundGeneration:
        _, key, version, created_at, ended, wrapped, topic, state, end_topic, end_state = row
        stream = GENERATION.stream(key)
        end: Any = None
        if end_state is not None:
            end = self._open(stream, ended, end_topic, end_state, wrapped)
        requested: Any = self._open(stream, 1, topic, state, wrapped)
        return FoundGeneration(key, version, created_at, requested, end)
