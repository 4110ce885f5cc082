"""One leader per projection: an advisory lock on the session that does the writing.

A leader that dies loses its session and so the lock. One that is merely stuck keeps both: a standby
that sees no progress for 5 s while there is lag ends its backend (safety.md, projections).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString, TypeAlias

from psycopg import AsyncConnection

LOOK_SECONDS: Final = 0.5
STUCK_SECONDS: Final = 5.0
TAKE: Final[LiteralString] = "SELECT pg_try_advisory_lock(hashtext('leader'), hashtext(%s))"
END: Final[LiteralString] = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid::bigint = hashtext('leader') & 4294967295::bigint
      AND objid::bigint = hashtext(%s) & 4294967295::bigint
"""

Connection: TypeAlias = AsyncConnection[Any]
Watch: TypeAlias = Callable[[Connection], Awaitable[tuple[int, int]]]
"""Returns (position, head): progress, and whether there is any to make."""


@asynccontextmanager
async def lead(conninfo: str, name: str, watch: Watch) -> AsyncIterator[Connection]:
    """Wait to become the leader of ``name``; lead as long as the connection lives."""
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        await connection.execute("SET synchronous_commit = off")  # rows and position go together
        await _take(connection, name, watch)
        yield connection


async def _take(connection: Connection, name: str, watch: Watch) -> None:
    position, since = -1, time.monotonic()
    while not await _try(connection, name):
        now_at, head = await watch(connection)
        if now_at != position or now_at >= head:
            position, since = now_at, time.monotonic()
        elif time.monotonic() - since > STUCK_SECONDS:
            await connection.execute(END, (name,))
            since = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)


async def _try(connection: Connection, name: str) -> bool:
    cursor = await connection.execute(TAKE, (name,))
    row = await cursor.fetchone()
    return bool(row and row[0])
