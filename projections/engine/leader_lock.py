"""Leader election per build: an advisory lock on the session that writes.

A leader that dies loses its session and so the lock. A stuck one keeps both, so a standby that sees
no progress for 5 s despite a lag terminates its backend (safety.md, projections).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeAlias

from psycopg import AsyncConnection

LOOK_SECONDS: Final = 0.5
STUCK_SECONDS: Final = 5.0
TAKE: Final[LiteralString] = "SELECT pg_try_advisory_lock(hashtextextended('leader ' || %s, 0))"
END: Final[LiteralString] = """
    WITH lock AS (SELECT hashtextextended('leader ' || %s, 0) AS key)
    SELECT pg_terminate_backend(l.pid) FROM pg_locks l, lock
    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.classid::bigint = lock.key >> 32 & 4294967295
      AND l.objid::bigint = lock.key & 4294967295
      AND l.pid NOT IN (SELECT p.pid FROM pg_stat_progress_create_index p WHERE p.pid IS NOT NULL)
"""
"""A leader that creates indexes is spared: it makes no other progress, and would start over."""

Connection: TypeAlias = AsyncConnection[Any]
Watch: TypeAlias = Callable[[Connection], Awaitable[tuple[int, int]]]
"""Returns (stored position, head of the log)."""


@asynccontextmanager
async def lead(conninfo: str, name: str, watch: Watch) -> AsyncIterator[Connection]:
    """Wait to become the leader of ``name``; lead as long as the connection lives."""
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        # Safe: rows and position commit together.
        await connection.execute("SET synchronous_commit = off")
        await _take(connection, name, watch)
        yield connection


async def _take(connection: Connection, name: str, watch: Watch) -> None:
    position, since = -1, time.monotonic()
    while not await _try(connection, name):
        now_at, head = await watch(connection)
        if now_at != position or now_at >= head:
            position, since = now_at, time.monotonic()
        elif time.monotonic() - since > STUCK_SECONDS:
            await _end(connection, name)
            since = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)


async def _try(connection: Connection, name: str) -> bool:
    cursor = await connection.execute(TAKE, (name,))
    row = await cursor.fetchone()
    return bool(row and row[0])


async def _end(connection: Connection, name: str) -> None:
    """Terminate the leader's backend, as the login role: the lesser role may not (adr/0005)."""
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE NONE")
        await connection.execute(END, (name,))
