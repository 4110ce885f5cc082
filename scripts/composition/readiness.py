"""Readiness checks of ``/readyz``: each returns the problem, or ``None``."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, LiteralString

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.postgres.migrator import pending
from api.http.draining import Draining
from api.operate.health import Check, Degraded, Readiness, Remark
from scripts.composition.backend import Backend

MAX_LAG: Final = 10_000
"""Events; a model further behind than this is being rebuilt or is in trouble."""
REDIS_SECONDS: Final = 1.0
BEHIND: Final[LiteralString] = """
    SELECT name, CASE WHEN paused AND status <> 'failed' THEN 'paused' ELSE status END,
           (SELECT coalesce(max(notification_id), 0) FROM forge_events) - position, incomplete
    FROM projections WHERE live ORDER BY name
"""


def readiness(backend: Backend, redis: Redis, draining: Draining) -> Readiness:
    return Readiness(
        {
            "database": _database(backend),
            "redis": _redis(redis),
            "migrations": _migrations(backend),
            "projections": _projections(backend),
            "background": _background(backend),
            "draining": _draining(draining),
        }
    )


def _database(backend: Backend) -> Check:
    async def check() -> None:
        await backend.kernel.select("SELECT 1", ())

    return check


def _redis(redis: Redis) -> Check:
    """Report its absence as degraded: reads and writes work without it."""

    async def check() -> str | None:
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await redis.ping()
        except (RedisError, TimeoutError) as error:
            return Degraded(type(error).__name__)
        return None

    return check


def _migrations(backend: Backend) -> Check:
    """Query the database until all are applied; they stay applied."""
    applied = asyncio.Event()

    async def check() -> str | None:
        if applied.is_set():
            return None
        if missing := await asyncio.to_thread(pending, backend.kernel.conninfo):
            return f"{len(missing)} to apply"
        applied.set()
        return None

    return check


def _projections(backend: Backend) -> Check:
    async def check() -> str | None:
        rows = await backend.kernel.select(BEHIND, ())
        if len(rows) < len(backend.kernel.models):
            return "not made yet"
        problems = {
            f"{name} {status}, {incomplete or f'{lag} behind'}": incomplete or status
            for name, status, lag, incomplete in rows
            if incomplete or status in ("failed", "paused") or lag > MAX_LAG
        }
        if not problems:
            return None
        harmless = all(status == "paused" for status in problems.values())
        return (Remark if harmless else Degraded)("; ".join(problems))

    return check


def _background(backend: Backend) -> Check:
    async def check() -> str | None:
        failing = backend.kernel.supervisor.failing()
        problems = "; ".join(f"{name}: {error}" for name, error in failing.items())
        return Degraded(problems) if problems else None

    return check


def _draining(draining: Draining) -> Callable[[], Awaitable[str | None]]:
    async def check() -> str | None:
        return "shutting down" if draining.begun else None

    return check
