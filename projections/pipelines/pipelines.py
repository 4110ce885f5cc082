"""Read model ``pipelines``: pipelines, with references to the events that last defined them.

It holds no personal data: names and graphs are read from the events.
"""

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple, TypeAlias

from application.concurrency.batcher import Batcher
from application.eventstore.envelope import RecordedEvent
from application.pipelines.pipelines import PIPELINE
from domain.pipelines.events import PipelineArchived, PipelineCreated, PipelineRevised
from projections.engine.ports import OpenEvent, Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {pipelines} AS old
    SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[],
                         %b::bigint[], %b::bool[])
    ON CONFLICT (id) DO UPDATE SET
        org_id = coalesce(excluded.org_id, old.org_id),
        version = excluded.version,
        described = coalesce(excluded.described, old.described),
        created_at = coalesce(excluded.created_at, old.created_at),
        updated_at = excluded.updated_at,
        archived = coalesce(excluded.archived, old.archived)
"""
ROW: Final[LiteralString] = """
    SELECT p.org_id, p.id, p.version, p.created_at, p.updated_at, k.wrapped, p.described,
           e.topic, e.state
    FROM models.pipelines p
    JOIN data_keys k ON k.stream = 'pipeline-' || p.id
    JOIN forge_events e
        ON e.originator_id = 'pipeline-' || p.id AND e.originator_version = p.described
    WHERE NOT coalesce(p.archived, false)
"""
ONE: Final = ROW + "AND p.id = ANY(%b::text[])"
LIST: Final = ROW + "AND p.org_id = %b AND p.id < %b ORDER BY p.id DESC LIMIT %b"

Key: TypeAlias = tuple[str, str]


class FoundPipeline(NamedTuple):
    """A pipeline that is not archived; ``graph`` is JSON, times are epoch milliseconds."""

    id: str
    version: int
    name: str
    description: str | None
    graph: str
    created_at: int
    updated_at: int


def fold_pipeline(records: Sequence[RecordedEvent]) -> FoundPipeline:
    """Fold the events of a pipeline that is not archived."""
    definition: Any = [
        r.event for r in records if isinstance(r.event, PipelineCreated | PipelineRevised)
    ][-1]
    return FoundPipeline(
        id=records[0].key,
        version=records[-1].version,
        name=definition.name,
        description=definition.description,
        graph=definition.graph,
        created_at=records[0].recorded_ms,
        updated_at=records[-1].recorded_ms,
    )


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record.key, [record.key, *[None] * 6])
        row[2], row[5] = record.version, record.recorded_ms
        match record.event:
            case PipelineCreated():
                row[1], row[3], row[4] = record.origin.org_id, record.version, record.recorded_ms
            case PipelineRevised():
                row[3] = record.version
            case PipelineArchived():
                row[6] = True
    return [Write(UPSERT, columns_of(rows.values()))] if rows else []


PIPELINES: Final = Projection(
    name="pipelines",
    shape=1,
    tables=("pipelines",),
    ddl="""
        CREATE TABLE {pipelines} (
            id text PRIMARY KEY, org_id text, version bigint, described bigint,
            created_at bigint, updated_at bigint, archived bool)
    """,
    indexes="CREATE INDEX ON {pipelines} (org_id, id DESC)",
    takes=frozenset({PipelineCreated, PipelineRevised, PipelineArchived}),
    fold=fold,
    personal=False,
)


class PipelineQueries:
    """Queries of pipelines that are not archived, each limited to one organisation.

    ``open_event`` decrypts and decodes a stored event.
    """

    def __init__(self, select: Select, open_event: OpenEvent) -> None:
        self._select = select
        self._open = open_event
        self._finds = Batcher[Key, FoundPipeline | None](self._find)

    async def find(self, org_id: str, pipeline_id: str) -> FoundPipeline | None:
        return await self._finds.ask((org_id, pipeline_id))

    async def page(self, org_id: str, before: str, limit: int) -> list[FoundPipeline]:
        """Return an organisation's pipelines with ids below ``before``, newest first."""
        return [self._found(row) for row in await self._select(LIST, (org_id, before, limit))]

    async def _find(self, keys: Sequence[Key]) -> Sequence[FoundPipeline | None]:
        rows = await self._select(ONE, ([pipeline_id for _, pipeline_id in keys],))
        by_key = {(row[0], row[1]): self._found(row) for row in rows}
        return [by_key.get(key) for key in keys]

    def _found(self, row: Sequence[Any]) -> FoundPipeline:
        _, key, version, created, updated, wrapped, defined_at, topic, state = row
        event: Any = self._open(PIPELINE.stream(key), defined_at, topic, state, wrapped)
        return FoundPipeline(
            key, version, event.name, event.description, event.graph, created, updated
        )
