"""Last use of keys and sessions: collected in memory, written at most once a minute each."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, LiteralString

from adapters.postgres.pools import Pool

INTERVAL: Final = timedelta(minutes=1)
FLUSH_SECONDS: Final = 5.0
KEYS: Final[LiteralString] = """
    INSERT INTO key_uses (key_id, last_used_at) SELECT * FROM unnest(%b::text[], %b::timestamptz[])
    ON CONFLICT (key_id) DO UPDATE SET
        last_used_at = greatest(key_uses.last_used_at, excluded.last_used_at)
"""
SESSIONS: Final[LiteralString] = """
    UPDATE login_sessions SET seen_at = greatest(seen_at, used.at)
    FROM unnest(%b::text[], %b::timestamptz[]) AS used (id, at)
    WHERE login_sessions.id = used.id
"""


class PostgresLastUsed:
    """Collects uses; ``record`` is the statement, whose parameters are arrays of ids and times."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime], record: LiteralString) -> None:
        self._pool = pool
        self._clock = clock
        self._record = record
        self._used: set[str] = set()
        self._written: dict[str, datetime] = {}

    def note(self, used_id: str) -> None:
        """Remember a use, without I/O."""
        self._used.add(used_id)

    async def run(self) -> None:
        """Write the collected uses every few seconds."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write the uses of ids that were not written within the last minute."""
        now = self._clock()
        self._written = {each: at for each, at in self._written.items() if now - at < INTERVAL}
        used, self._used = self._used, set()
        if due := sorted(used - self._written.keys()):
            async with self._pool.connection() as connection:
                await connection.execute(self._record, (due, [now] * len(due)))
            self._written |= dict.fromkeys(due, now)
