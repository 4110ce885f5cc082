"""Job queue on Postgres; leases use the database's clock, which all workers share."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final, LiteralString

import msgspec

from adapters.crypto.ids import new_key
from adapters.postgres.reader import PostgresReader
from application.jobs.jobs import Arguments, Job

ENQUEUE: Final[LiteralString] = """
    INSERT INTO jobs (id, kind, arguments, due_at) VALUES (%b, %b, %b::text::jsonb, %b)
    ON CONFLICT (id) DO NOTHING RETURNING 1
"""
HASTEN: Final[LiteralString] = """
    UPDATE jobs SET due_at = least(due_at, %b) WHERE id = %b RETURNING kind
"""
ENSURE: Final[LiteralString] = """
    INSERT INTO jobs AS old (id, kind, every, due_at) VALUES (%b, %b, %b, %b)
    ON CONFLICT (id) DO UPDATE SET
        every = excluded.every, due_at = least(old.due_at, excluded.due_at + excluded.every)
    RETURNING 1
"""
# Materialized: a plan that ran the search once per row would lock, and so hide, more than one.
CLAIM: Final[LiteralString] = """
    WITH due AS MATERIALIZED (
        SELECT id FROM jobs
        WHERE kind = ANY(%b::text[]) AND due_at <= %b
          AND (leased_until IS NULL OR leased_until <= now())
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET leased_until = now() + %b::interval, leased_by = %b, attempts = attempts + 1
    FROM due WHERE jobs.id = due.id
    RETURNING jobs.id, jobs.kind, jobs.arguments, jobs.attempts, jobs.leased_by
"""
RENEW: Final[LiteralString] = """
    UPDATE jobs SET leased_until = now() + %b::interval WHERE id = %b AND leased_by = %b RETURNING 1
"""
FINISH: Final[LiteralString] = """
    WITH once AS (DELETE FROM jobs WHERE id = %b AND leased_by = %b AND every IS NULL)
    UPDATE jobs SET due_at = %b + every, attempts = 0, error = NULL,
                    leased_until = NULL, leased_by = NULL
    WHERE id = %b AND leased_by = %b AND every IS NOT NULL RETURNING 1
"""
FAIL: Final[LiteralString] = """
    UPDATE jobs SET due_at = %b + least(every, %b::interval), error = %b,
                    leased_until = NULL, leased_by = NULL
    WHERE id = %b AND leased_by = %b RETURNING 1
"""
RELEASE: Final[LiteralString] = """
    UPDATE jobs SET attempts = attempts - 1, leased_until = NULL, leased_by = NULL
    WHERE id = %b AND leased_by = %b RETURNING 1
"""


class PostgresJobs:
    """Implements ``application.jobs.jobs.Jobs``; ``wake`` sends a wake-up for a kind of job."""

    def __init__(self, select: PostgresReader, wake: Callable[[str], None]) -> None:
        self._select = select
        self._wake = wake

    async def enqueue(self, job_id: str, kind: str, arguments: Arguments, due_at: datetime) -> None:
        encoded = msgspec.json.encode(arguments).decode()
        await self._select(ENQUEUE, (job_id, kind, encoded, due_at))

    async def hasten(self, job_id: str, due_at: datetime) -> None:
        for (kind,) in await self._select(HASTEN, (due_at, job_id)):
            self._wake(kind)

    async def ensure(self, kind: str, every: timedelta, now: datetime) -> None:
        await self._select(ENSURE, (kind, kind, every, now))

    async def claim(self, kinds: Collection[str], now: datetime, lease: timedelta) -> Job | None:
        rows = await self._select(CLAIM, (list(kinds), now, lease, new_key()))
        for job_id, kind, arguments, attempts, holder in rows:
            return Job(id=job_id, kind=kind, arguments=arguments, attempts=attempts, lease=holder)
        return None

    async def renew(self, job: Job, lease: timedelta) -> bool:
        return bool(await self._select(RENEW, (lease, job.id, job.lease)))

    async def finish(self, job: Job, now: datetime) -> None:
        await self._select(FINISH, (job.id, job.lease, now, job.id, job.lease))

    async def fail(self, job: Job, error: str, now: datetime, pause: timedelta) -> None:
        await self._select(FAIL, (now, pause, error, job.id, job.lease))

    async def release(self, job: Job) -> None:
        await self._select(RELEASE, (job.id, job.lease))
