"""Group commit: every append waiting in this process is stored by one round trip and one flush.

A refused command does not touch its neighbours. After a lost connection the outcome is open, so the
same bytes are sent again: the SQL function recognises what it has already stored.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from adapters.append_call import APPEND, Columns, Outcome, Positions, Row, to_columns, to_outcomes
from adapters.postgres_pools import Pool
from application.batcher import Batcher
from application.event_log import Append, LogUnavailable

PAUSES: Final = (0.05, 0.2, 0.5, 1.0)
LARGEST: Final = 512
"""Weight of a batch: 1 a command, and 1 more for each 16 KiB of text it carries, some 8 MiB."""
WAITING: Final = 16_384
"""Weight of the queue before appends are refused, some 256 MiB of text."""


class GroupCommit:
    def __init__(self, pool: Pool, *, waiting: int = WAITING) -> None:
        self._pool = pool
        self._batcher = Batcher[Append, Positions](
            self._store, weigh=_weight, largest=LARGEST, waiting=waiting
        )

    @property
    def depth(self) -> int:
        return self._batcher.depth

    async def append(self, entry: Append) -> Positions:
        """Return the events' positions once they are durable, or raise why they are not."""
        return await self._batcher.ask(entry)

    async def close(self) -> None:
        await self._batcher.close()

    async def _store(self, batch: Sequence[Append]) -> Sequence[Outcome]:
        columns = to_columns(batch)
        for pause in PAUSES:
            try:
                return to_outcomes(await self._call(columns), commands=len(batch))
            except (OperationalError, PoolTimeout):
                await self._pool.check()  # the other idle connections may be as dead
                await asyncio.sleep(pause)
        return [LogUnavailable()] * len(batch)

    async def _call(self, columns: Columns) -> list[Row]:
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(APPEND, columns.arrays, prepare=True)
            return await cursor.fetchall()


def _weight(entry: Append) -> int:
    return 1 + sum(len(text.data) for text in entry.texts) // 16_384
