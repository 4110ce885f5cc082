"""When keys and sessions were last used: noted in memory, written at most once a minute each."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, LiteralString

from adapters.postgres.pools import Pool

INTERVAL: Final = timedelta(minutes=1)
LOOK_SECONDS: Final = 5.0
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
    """``record`` takes ids and times, as arrays."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime], record: LiteralString) -> None:
        self._pool = pool
        self._clock = clock
        self._record = record
        self._used: set[str] = set()
        self._written: dict[str, datetime] = {}

    def note(self, used_id: str) -> None:
        """Remember that something was used, without waiting for anything."""
        self._used.add(used_id)

    async def run(self) -> None:
        """Write what was noted, every few seconds."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write what was used whose last note is a minute old, or that has none."""
        now = self._clock()
        self._written = {each: at for each, at in self._written.items() if now - at < INTERVAL}
        used, self._used = self._used, set()
        if due := sorted(used - self._written.keys()):
            async with self._pool.connection() as connection:
                await connection.execute(self._record, (due, [now] * len(due)))
            self._written |= dict.fromkeys(due, now)
