"""Metrics that are read from the database for every scrape: log, projections, jobs."""

from collections.abc import Iterable, Sequence
from typing import Final, LiteralString, NamedTuple

from adapters.postgres.reader import PostgresReader
from application.telemetry.instruments import Family, Numbers, counter, gauge

STATUSES: Final = ("running", "paused", "failed", "building")
STATES: Final = ("due", "running", "scheduled", "failing")
APPLIED: Final = "Events that the build which answers has applied."
QUEUED: Final = "Jobs due, running, scheduled; failing, among these: those whose last try failed."
PROJECTION_GAUGES: Final = {
    "position": ("forge_projection_position", "Last position applied."),
    "lag": ("forge_projection_lag_events", "Events not applied."),
    "lag_seconds": ("forge_projection_lag_seconds", "Age of the oldest event not applied."),
    "incomplete": ("forge_projection_incomplete", "1: does not hold what the log says it should."),
    "failed_position": ("forge_projection_failed_position", "Where it has stopped; 0: nowhere."),
    "has_leader": ("forge_projection_leader", "1: a process keeps it up to date."),
    "building": ("forge_projection_building", "Generations being built beside the live one."),
}
LOG: Final[LiteralString] = """
    SELECT head.position, coalesce(c.last_position, 0),
           coalesce(extract(epoch FROM now() - c.signed_at), 0)::float8,
           coalesce(greatest(extract(epoch FROM now() - e.recorded_until), 0), 0)::float8
    FROM (SELECT coalesce(max(notification_id), 0) AS position FROM forge_events) head
    LEFT JOIN LATERAL (SELECT last_position, signed_at FROM checkpoints
                       ORDER BY number DESC LIMIT 1) c ON true
    LEFT JOIN forge_events e ON e.notification_id = coalesce(c.last_position, 0) + 1
"""
MODELS: Final[LiteralString] = """
    WITH head AS (SELECT coalesce(max(notification_id), 0) AS position FROM forge_events),
    held AS MATERIALIZED (
        SELECT l.classid::bigint AS high, l.objid::bigint AS low FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
    SELECT p.name, p."position", greatest(head.position - p."position", 0),
           coalesce(greatest(extract(epoch FROM now() - e.recorded_until), 0), 0)::float8,
           CASE WHEN p.paused AND p.status <> 'failed' THEN 'paused' ELSE p.status END,
           p.applied, p.incomplete IS NOT NULL, coalesce(p.failed_position, 0),
           EXISTS (SELECT FROM held WHERE high = key.key >> 32 & 4294967295
                                         AND low = key.key & 4294967295),
           (SELECT count(*) FROM projections b
            WHERE b.name = p.name AND b.status = 'building' AND NOT b.live)
    FROM projections p CROSS JOIN head
    CROSS JOIN LATERAL (
        SELECT hashtextextended('leader ' || p.name || ' ' || p.generation, 0) AS key
    ) key
    LEFT JOIN forge_events e ON e.notification_id = p."position" + 1
    WHERE p.live ORDER BY p.name
"""
JOBS: Final[LiteralString] = """
    SELECT kind, count(*) FILTER (WHERE due AND NOT held), count(*) FILTER (WHERE held),
           count(*) FILTER (WHERE NOT due AND NOT held), count(*) FILTER (WHERE error IS NOT NULL),
           coalesce(max(extract(epoch FROM now() - due_at)) FILTER (WHERE due AND NOT held), 0)
               ::float8
    FROM (SELECT kind, error, due_at, due_at <= now() AS due,
                 coalesce(leased_until > now(), false) AS held FROM jobs) j
    GROUP BY kind ORDER BY kind
"""


class ProjectionStats(NamedTuple):
    name: str
    position: int
    lag: int
    lag_seconds: float
    status: str
    applied: int
    incomplete: bool
    failed_position: int
    has_leader: bool
    building: int


class JobKindStats(NamedTuple):
    name: str
    due: int
    running: int
    scheduled: int
    failing: int
    oldest_seconds: float


class PostgresStats:
    """Reads the metrics; raises ``LogUnavailable`` when the database does not answer."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select

    async def __call__(self) -> list[Family]:
        [log] = await self._select(LOG, ())
        models = [ProjectionStats(*row) for row in await self._select(MODELS, ())]
        kinds = [JobKindStats(*row) for row in await self._select(JOBS, ())]
        return [*_of_log(*log), *_of_models(models), *_of_jobs(kinds)]


def _of_log(head: int, signed: int, age: float, unsigned: float) -> Iterable[Family]:
    return [
        gauge("forge_log_position", "Position of the newest event.", {(): head}),
        gauge("forge_checkpoint_position", "Last position that is signed.", {(): signed}),
        gauge("forge_checkpoint_age_seconds", "Since the last checkpoint; 0: none.", {(): age}),
        gauge(
            "forge_checkpoint_unsigned_seconds",
            "Age of the oldest event that no checkpoint covers; 0: all are covered.",
            {(): unsigned},
        ),
    ]


def _of_models(models: Sequence[ProjectionStats]) -> Iterable[Family]:
    gauges = [
        gauge(name, help_text, {(m.name,): float(getattr(m, field)) for m in models}, "projection")
        for field, (name, help_text) in PROJECTION_GAUGES.items()
    ]
    applied: Numbers = {(model.name,): float(model.applied) for model in models}
    statuses: Numbers = {(m.name, s): float(m.status == s) for m in models for s in STATUSES}
    return [
        *gauges,
        counter("forge_projection_applied_events_total", APPLIED, applied, "projection"),
        gauge("forge_projection_status", "1: has this status.", statuses, "projection", "status"),
    ]


def _of_jobs(kinds: Sequence[JobKindStats]) -> Iterable[Family]:
    states: Numbers = {(kind.name, s): float(getattr(kind, s)) for kind in kinds for s in STATES}
    oldest: Numbers = {(kind.name,): kind.oldest_seconds for kind in kinds}
    return [
        gauge("forge_jobs_queued", QUEUED, states, "kind", "state"),
        gauge("forge_jobs_oldest_due_seconds", "How long the first in turn waits.", oldest, "kind"),
    ]
