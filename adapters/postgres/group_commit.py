"""Group commit: every append waiting in this process is stored by one round trip and one flush.

A refused command does not touch its neighbours. After a lost connection the outcome is open, so the
same bytes are sent again: the SQL function recognises what it has already stored.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

from msgspec.structs import replace
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from adapters.postgres.append_call import (
    APPEND,
    Columns,
    Outcome,
    Place,
    Row,
    to_columns,
    to_outcomes,
)
from adapters.postgres.append_keys import AppendKeys, Keyed
from adapters.postgres.pools import Pool
from application.concurrency.batcher import Batcher
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import Append, LogUnavailable
from application.telemetry.metrics import Metrics
from domain.refusals import Refusal

PAUSES: Final = (0.05, 0.2, 0.5, 1.0)
MAX_BATCH: Final = 512
"""Weight of a batch: 1 a command, and 1 more for each 16 KiB of text it carries, some 8 MiB."""
ABREAST: Final = 2
"""Batches away at once, under load: one is laid out here while Postgres stores the other."""
HEAVY: Final = 32
"""Weight of text, some half MiB, from which on compressing it would hold up the loop."""
WAITING: Final = 16_384
"""Weight of the queue before appends are refused, some 256 MiB of text."""


Stored: TypeAlias = tuple[RecordedEvent, ...]


class GroupCommit:
    """``stored`` hears of what each batch has stored before anyone else does.

    Of two batches that are away the later may be heard of first; their positions are in order.
    """

    def __init__(
        self,
        pool: Pool,
        sealing: AppendKeys,
        stored: Callable[[Stored], None],
        metrics: Metrics,
        *,
        waiting: int = WAITING,
    ) -> None:
        self._pool = pool
        self._sealing = sealing
        self._stored = stored
        self._refusals = metrics.append_refusals
        self._seconds = metrics.append_seconds.of()
        self._commands = metrics.batch_commands.of()
        self._events = metrics.batch_events.of()
        self._away: set[asyncio.Future[None]] = set()
        self._batcher = Batcher[Keyed, Stored](
            self._store, weigh=_weight, largest=MAX_BATCH, waiting=waiting, abreast=ABREAST
        )

    @property
    def depth(self) -> int:
        return self._batcher.depth

    async def append(self, entry: Append) -> Stored:
        """Return the records with their positions once they are durable, or raise why not."""
        began = time.perf_counter()
        try:
            return await self._batcher.ask(await self._sealing.keyed(entry))
        except Refusal as refusal:
            self._refusals.add(refusal.code.lower())
            raise
        finally:
            self._seconds.observe(time.perf_counter() - began)

    async def settled(self) -> None:
        """Wait for the batches that are being stored right now, if there are any."""
        if self._away:
            await asyncio.wait(self._away)

    async def close(self) -> None:
        await self._batcher.close()

    async def _store(self, batch: Sequence[Keyed]) -> Sequence[Stored | Refusal]:
        with self._in_flight():
            outcomes = await self._outcomes(batch)
            results = [
                _placed(keyed.entry, outcome) if isinstance(outcome, list) else outcome
                for keyed, outcome in zip(batch, outcomes, strict=True)
            ]
            stored = [r for result in results if isinstance(result, tuple) for r in result]
            self._stored(tuple(sorted(stored, key=_position)))
            self._commands.observe(len(batch))
            self._events.observe(len(stored))
        return results

    @contextmanager
    def _in_flight(self) -> Iterator[None]:
        away = asyncio.get_running_loop().create_future()
        self._away.add(away)
        try:
            yield
        finally:
            self._away.remove(away)
            away.set_result(None)

    async def _outcomes(self, batch: Sequence[Keyed]) -> Sequence[Outcome]:
        heavy = sum(map(_weight, batch)) - len(batch) > HEAVY
        columns = await asyncio.to_thread(to_columns, batch) if heavy else to_columns(batch)
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


def _weight(keyed: Keyed) -> int:
    texts = keyed.entry.texts
    return 1 + sum([len(text.data) for text in texts]) // 16_384 if texts else 1


def _placed(entry: Append, places: Sequence[Place]) -> Stored:
    return tuple(
        replace(record, position=position, chain_hash=chain_hash)
        for record, (position, chain_hash) in zip(entry.records, places, strict=True)
    )


def _position(record: RecordedEvent) -> int:
    return record.position
