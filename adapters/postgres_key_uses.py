"""When each key was last used: noted in memory, written at most once a minute per key."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, LiteralString

from adapters.postgres_pools import Pool

INTERVAL: Final = timedelta(minutes=1)
LOOK_SECONDS: Final = 5.0
RECORD: Final[LiteralString] = """
    INSERT INTO key_uses (key_id, last_used_at) SELECT * FROM unnest(%b::text[], %b::timestamptz[])
    ON CONFLICT (key_id) DO UPDATE SET
        last_used_at = greatest(key_uses.last_used_at, excluded.last_used_at)
"""


class PostgresKeyUses:
    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock
        self._used: set[str] = set()
        self._written: dict[str, datetime] = {}

    def note(self, key_id: str) -> None:
        """Remember that a key was used, without waiting for anything."""
        self._used.add(key_id)

    async def run(self) -> None:
        """Write what was noted, every few seconds."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write the keys used whose last note is a minute old, or that have none."""
        now = self._clock()
        self._written = {key: at for key, at in self._written.items() if now - at < INTERVAL}
        if due := sorted(self._used - self._written.keys()):
            async with self._pool.connection() as connection:
                await connection.execute(RECORD, (due, [now] * len(due)))
            self._written |= dict.fromkeys(due, now)
        self._used.clear()
