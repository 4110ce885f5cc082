"""Group commit: all appends waiting in this process are stored by one round trip and one flush.

A refused command does not affect the others. After a lost connection the outcome is unknown, so the
same bytes are sent again: the SQL function recognises what it has already stored.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Final, TypeAlias

from msgspec.structs import replace
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from adapters.postgres.append_call import APPEND, Outcome, Placement, Row, parse_outcomes
from adapters.postgres.append_keys import AppendKeys
from adapters.postgres.pending_append import PendingAppend, encode, pending
from adapters.postgres.pools import Pool
from application.concurrency.batcher import Batcher
from application.eventstore.envelope import RecordedEvent
from application.eventstore.event_store import Append, LogUnavailable
from application.telemetry.metrics import Metrics
from domain.refusals import Refusal

RETRY_PAUSES: Final = (0.05, 0.2, 0.5, 1.0)
MAX_BATCH: Final = 512
"""Weight of a batch: 1 a command, and 1 more for each 16 KiB of text it carries, some 8 MiB."""
MAX_IN_FLIGHT: Final = 2
"""Batches in flight under load: one is encoded here while Postgres stores the other."""
MAX_WAITING: Final = 16_384
"""Weight of the queue from which appends are refused, some 256 MiB of text."""


StoredEvents: TypeAlias = tuple[RecordedEvent, ...]


class GroupCommit:
    """``on_stored`` is called with the events of each batch before ``append`` returns.

    Of two batches in flight the later one may come first; positions within a batch are in order.
    """

    def __init__(
        self,
        pool: Pool,
        append_keys: AppendKeys,
        on_stored: Callable[[StoredEvents], None],
        metrics: Metrics,
        *,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._pool = pool
        self._append_keys = append_keys
        self._on_stored = on_stored
        self._refusals = metrics.append_refusals
        self._seconds = metrics.append_seconds.of()
        self._commands = metrics.batch_commands.of()
        self._events = metrics.batch_events.of()
        self._in_flight_batches: set[asyncio.Future[None]] = set()
        self._batcher = Batcher[PendingAppend, StoredEvents](
            self._store,
            weigh=attrgetter("weight"),
            max_batch=MAX_BATCH,
            max_waiting=max_waiting,
            max_in_flight=MAX_IN_FLIGHT,
        )

    @property
    def depth(self) -> int:
        return self._batcher.depth

    async def append(self, entry: Append) -> StoredEvents:
        """Return the records with their positions once they are durable; raises a refusal."""
        began = time.perf_counter()
        try:
            return await self._batcher.ask(pending(await self._append_keys.with_keys(entry)))
        except Refusal as refusal:
            self._refusals.add(refusal.code.lower())
            raise
        finally:
            self._seconds.observe(time.perf_counter() - began)

    async def wait_in_flight(self) -> None:
        """Wait for the batches in flight, if any."""
        if self._in_flight_batches:
            await asyncio.wait(self._in_flight_batches)

    async def close(self) -> None:
        await self._batcher.close()

    async def _store(self, batch: Sequence[PendingAppend]) -> Sequence[StoredEvents | Refusal]:
        with self._in_flight():
            outcomes = await self._append(batch)
            results = [
                _with_positions(each.item.entry, outcome) if isinstance(outcome, list) else outcome
                for each, outcome in zip(batch, outcomes, strict=True)
            ]
            stored = [r for result in results if isinstance(result, tuple) for r in result]
            self._on_stored(tuple(sorted(stored, key=_position)))
            self._commands.observe(len(batch))
            self._events.observe(len(stored))
        return results

    @contextmanager
    def _in_flight(self) -> Iterator[None]:
        batch = asyncio.get_running_loop().create_future()
        self._in_flight_batches.add(batch)
        try:
            yield
        finally:
            self._in_flight_batches.remove(batch)
            batch.set_result(None)

    async def _append(self, batch: Sequence[PendingAppend]) -> Sequence[Outcome]:
        arrays = await encode(batch)
        for pause in RETRY_PAUSES:
            try:
                return parse_outcomes(await self._call(arrays), commands=len(batch))
            except (OperationalError, PoolTimeout):
                await self._pool.check()  # the other idle connections may be as dead
                await asyncio.sleep(pause)
        return [LogUnavailable()] * len(batch)

    async def _call(self, arrays: Sequence[Any]) -> list[Row]:
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(APPEND, arrays, prepare=True)
            return await cursor.fetchall()


def _with_positions(entry: Append, places: Sequence[Placement]) -> StoredEvents:
    return tuple(
        replace(record, position=position, chain_hash=chain_hash)
        for record, (position, chain_hash) in zip(entry.records, places, strict=True)
    )


def _position(record: RecordedEvent) -> int:
    return record.position
