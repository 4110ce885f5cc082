"""Applies events in batches; one that cannot be applied is found, told of, and stopped at."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from psycopg import AsyncConnection, Error, OperationalError

from application.concurrency.supervision import Halt
from application.eventstore.envelope import RecordedEvent
from projections.engine.checkpoint import Checkpoint
from projections.engine.digest import digest_of
from projections.engine.projection import Projection
from projections.engine.tracking import (
    BuildStatus,
    StaleCheckpoint,
    build_status,
    describe_error,
    record_failure,
)

QUIET_SECONDS: Final = 0.1
"""How long events that change nothing may be passed before the stored position follows."""
ATTEMPTS: Final = 3
PAUSE_SECONDS: Final = 0.2
TRANSIENT: Final = frozenset({"08", "25", "40", "53", "55", "57", "58"})
"""Classes of SQLSTATE that speak of the server or of others on it, not of the statement."""


class ProjectionFailed(Halt):
    """An event cannot be applied. The projection stops at it until an operator has decided."""


class BatchApplier:
    """``skipped`` are the positions that operators have decided to pass over."""

    def __init__(
        self,
        connection: AsyncConnection[Any],
        projection: Projection,
        status: BuildStatus,
        checkpoint: Checkpoint,
    ) -> None:
        self.skipped = frozenset[int]()
        self._connection = connection
        self._projection = projection
        self._status = status
        self._checkpoint = checkpoint
        self._moved_at = 0.0

    async def apply(self, records: Sequence[RecordedEvent]) -> int:
        """Apply a page and return the position it reaches; raises ``ProjectionFailed``."""
        reached = records[-1].position
        taken = self._projection.filter_events(records, self.skipped)
        if taken:
            with self._projection.around(taken):
                await self._persist(taken, reached)
        elif time.monotonic() - self._moved_at > QUIET_SECONDS:
            await self._checkpoint.move(reached)
        else:
            return reached
        self._moved_at = time.monotonic()
        return reached

    async def fail(self, position: int, what: str, error: Exception) -> NoReturn:
        """Record that the event at a position cannot be applied; all before it has been."""
        if self._checkpoint.position < position - 1:
            await self._checkpoint.move(position - 1)
        message = f"{what} at {position}: {describe_error(error)}"
        await record_failure(self._connection, self._status, position, message)
        raise ProjectionFailed(message) from error

    async def _persist(self, records: Sequence[RecordedEvent], reached: int) -> None:
        """Apply a batch, with patience; if it will not go, as far as it goes."""
        for attempt in range(ATTEMPTS):
            if await self._try_apply(records, reached) is None:
                return
            await asyncio.sleep(PAUSE_SECONDS * 2**attempt)
        await self._halve(records, reached)

    async def _halve(self, records: Sequence[RecordedEvent], reached: int) -> None:
        """Find the event that is to blame, apply all before it, and stop there."""
        error = await self._try_apply(records, reached)
        if error is None:
            return
        if len(records) == 1:
            await self.fail(records[0].position, records[0].event.stored_name(), error)
        middle = len(records) // 2
        await self._halve(records[:middle], records[middle].position - 1)
        await self._halve(records[middle:], reached)

    async def _try_apply(self, records: Sequence[RecordedEvent], reached: int) -> Exception | None:
        """Apply a batch and return what was wrong with it, not with the connection."""
        try:
            await self._checkpoint.move(reached, self._projection.fold(records), digest_of(records))
        except StaleCheckpoint:
            raise
        except Exception as error:
            if _transient(error):
                raise
            await self._require_leader()
            return error
        return None

    async def _require_leader(self) -> None:
        """Make sure that it is still this runner's to move: its tables may have been dropped."""
        status = await build_status(self._connection, self._status.name, self._status.number)
        moved = status.position != self._checkpoint.position
        if moved or status.dropped or status.decided != self._status.decided:
            raise StaleCheckpoint


def _transient(error: Exception) -> bool:
    if not isinstance(error, Error):
        return False
    if error.sqlstate is None:  # the client's own: a lost connection, or a value it cannot send
        return isinstance(error, OperationalError)
    return error.sqlstate[:2] in TRANSIENT
