"""Read model ``pipeline_runs``: runs of each pipeline until they expire.

It holds no personal data: results are read from the events.
"""

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple, TypeAlias

from application.eventstore.envelope import RecordedEvent
from application.pipelines.run_recorder import RUN
from domain.pipelines.events import RunExpired, RunFinished
from domain.pipelines.run import RETENTION
from projections.engine.ports import OpenEvent, Select
from projections.engine.projection import Projection, Write, columns_of

UPSERT: Final[LiteralString] = """
    INSERT INTO {pipeline_runs}
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[])
    ON CONFLICT (id) DO NOTHING
"""
REMOVE: Final[LiteralString] = "DELETE FROM {pipeline_runs} WHERE id = ANY(%b::text[])"
ROW: Final[LiteralString] = """
    SELECT r.id, k.wrapped, e.topic, e.state
    FROM models.pipeline_runs r
    JOIN data_keys k ON k.stream = 'run-' || r.id
    JOIN forge_events e ON e.originator_id = 'run-' || r.id AND e.originator_version = 1
    WHERE r.org_id = %b AND r.pipeline_id = %b
"""
ONE: Final = ROW + "AND r.id = %b"
LIST: Final = ROW + "AND r.id < %b ORDER BY r.id DESC LIMIT %b"
DUE: Final[LiteralString] = """
    SELECT org_id, id FROM models.pipeline_runs WHERE expires_at <= %b ORDER BY expires_at LIMIT %b
"""

Key: TypeAlias = tuple[str, str]


class FoundRun(NamedTuple):
    id: str
    finished: RunFinished


def fold(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    rows: dict[str, list[Any]] = {}
    gone = set[str]()
    for record in records:
        match record.event:
            case RunFinished(pipeline_id=pipeline_id, started_at=started_at):
                expires = int((started_at + RETENTION).timestamp() * 1000)
                rows[record.key] = [record.key, record.origin.org_id, pipeline_id, expires]
            case RunExpired():
                rows.pop(record.key, None)
                gone.add(record.key)
    writes = [Write(UPSERT, columns_of(rows.values()))] if rows else []
    return [*writes, Write(REMOVE, (sorted(gone),))] if gone else writes


PIPELINE_RUNS: Final = Projection(
    name="pipeline_runs",
    shape=1,
    tables=("pipeline_runs",),
    ddl="""
        CREATE TABLE {pipeline_runs} (
            id text PRIMARY KEY, org_id text, pipeline_id text, expires_at bigint)
    """,
    indexes="""
        CREATE INDEX ON {pipeline_runs} (org_id, pipeline_id, id DESC);
        CREATE INDEX ON {pipeline_runs} (expires_at);
    """,
    takes=frozenset({RunFinished, RunExpired}),
    fold=fold,
    personal=False,
)


class RunQueries:
    """Queries of pipeline runs; ``open_event`` decrypts and decodes a stored event."""

    def __init__(self, select: Select, open_event: OpenEvent) -> None:
        self._select = select
        self._open = open_event

    async def find(self, org_id: str, pipeline_id: str, run_id: str) -> FoundRun | None:
        rows = await self._select(ONE, (org_id, pipeline_id, run_id))
        return self._found(rows[0]) if rows else None

    async def page(self, org_id: str, pipeline_id: str, before: str, limit: int) -> list[FoundRun]:
        """Return a pipeline's runs with ids below ``before``, newest first."""
        rows = await self._select(LIST, (org_id, pipeline_id, before, limit))
        return [self._found(row) for row in rows]

    async def due(self, now_ms: int, limit: int) -> list[Key]:
        """Return (organisation, id) of runs due to expire, longest due first."""
        return await self._select(DUE, (now_ms, limit))

    def _found(self, row: Sequence[Any]) -> FoundRun:
        key, wrapped, topic, state = row
        event: Any = self._open(RUN.stream(key), 1, topic, state, wrapped)
        return FoundRun(key, event)
