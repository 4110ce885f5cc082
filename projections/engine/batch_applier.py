"""Applies batches of events to a build; isolates, records and stops at an event that fails."""

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
"""Longest time without storing the position while no event changes the tables."""
ATTEMPTS: Final = 3
PAUSE_SECONDS: Final = 0.2
TRANSIENT: Final = frozenset({"08", "25", "40", "53", "55", "57", "58"})
"""SQLSTATE classes of errors of the server, its load or other sessions, not of the statement."""


class ProjectionFailed(Halt):
    """An event cannot be applied: the projection stops at it until an operator decides."""


class BatchApplier:
    """Applies batches to one build; ``skipped`` holds the positions that operators skip."""

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
        """Apply a page and return its last position; raises ``ProjectionFailed``."""
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
        """Record the failure of the event at a position, after storing the position before it."""
        if self._checkpoint.position < position - 1:
            await self._checkpoint.move(position - 1)
        message = f"{what} at {position}: {describe_error(error)}"
        await record_failure(self._connection, self._status, position, message)
        raise ProjectionFailed(message) from error

    async def _persist(self, records: Sequence[RecordedEvent], reached: int) -> None:
        """Apply a batch, with retries; if it keeps failing, bisect it."""
        for attempt in range(ATTEMPTS):
            if await self._try_apply(records, reached) is None:
                return
            await asyncio.sleep(PAUSE_SECONDS * 2**attempt)
        await self._halve(records, reached)

    async def _halve(self, records: Sequence[RecordedEvent], reached: int) -> None:
        """Bisect a failing batch: apply everything before the failing event, and fail there."""
        error = await self._try_apply(records, reached)
        if error is None:
            return
        if len(records) == 1:
            await self.fail(records[0].position, records[0].event.stored_name(), error)
        middle = len(records) // 2
        await self._halve(records[:middle], records[middle].position - 1)
        await self._halve(records[middle:], reached)

    async def _try_apply(self, records: Sequence[RecordedEvent], reached: int) -> Exception | None:
        """Apply a batch; return an error of the batch itself, raise errors of the connection."""
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
        """Raise ``StaleCheckpoint`` if another runner or an operator has changed the row."""
        status = await build_status(self._connection, self._status.name, self._status.number)
        moved = status.position != self._checkpoint.position
        if moved or status.dropped or status.decided != self._status.decided:
            raise StaleCheckpoint


def _transient(error: Exception) -> bool:
    if not isinstance(error, Error):
        return False
    if error.sqlstate is None:  # raised by the client: a lost connection, or a value it cannot send
        return isinstance(error, OperationalError)
    return error.sqlstate[:2] in TRANSIENT
