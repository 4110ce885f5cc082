"""Moves one build on: rows, position and announcement in one statement, or none of them.

One statement is one round trip and one transaction. Not psycopg's pipeline mode: in it, more than
fits the socket's buffer may stay unsent for ever when the server is slow to read.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from decimal import Decimal
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection
from psycopg.errors import NotNullViolation
from psycopg.sql import SQL
from psycopg.types.numeric import Int4, Int8

from projections.engine.digest import EMPTY, EventDigest
from projections.engine.projection import Projection, Write
from projections.engine.tracking import BuildStatus, StaleCheckpoint

Connection = AsyncConnection[Any]

MOVE: Final[LiteralString] = """
    WITH moved AS (
        UPDATE projections SET
            position = CASE WHEN position = %b AND decided = %b AND status <> 'dropped'
                       THEN %b END,
            applied = applied + %b, digest = mod(digest + %b, 18446744073709551616),
            moved_at = now(), error = NULL, failed_position = NULL,
            status = CASE status WHEN 'failed' THEN 'running' ELSE status END
        WHERE name = %b AND generation = %b RETURNING live
    )
"""
"""A position that is not this runner's to move turns NULL, which the column refuses."""
NOTIFY: Final[LiteralString] = """
    SELECT live, CASE WHEN live THEN pg_notify('forge_models', %b) END FROM moved
"""
PASS: Final = MOVE + NOTIFY
STEP: Final = MOVE + ", written AS ({})" + NOTIFY
MORE: Final = "{}"
NOTHING: Final = Write("", ())


class Checkpoint:
    """``position`` is the stored one; ``live`` says whether readers are shown this build."""

    def __init__(self, connection: Connection, projection: Projection, status: BuildStatus) -> None:
        self.position = status.position
        self.live = status.live
        self._connection = connection
        self._projection = projection
        self._build = status.number
        self._decided = Int4(status.decided)
        self._statements: dict[tuple[LiteralString, LiteralString], bytes] = {}

    async def move(
        self, reached: int, writes: Sequence[Write] = (), applied: EventDigest = EMPTY
    ) -> None:
        """Write a batch, count it, and move to the position it reaches.

        Raises ``StaleCheckpoint``, and whatever is wrong with the batch or with the connection.
        """
        step, more = writes[:1], writes[1:]
        async with self._connection.transaction() if more else nullcontext():
            live = await self._step(reached, applied, *step)
            for write in more:
                statement = self._statement(MORE, write.sql)
                await self._connection.execute(statement, write.columns, prepare=True)
        self.position, self.live = reached, live

    async def _step(self, reached: int, applied: EventDigest, write: Write = NOTHING) -> bool:
        """Move, together with the first write, which is mostly the only one."""
        statement = self._statement(STEP if write.sql else PASS, write.sql)
        place = (Int8(self.position), self._decided, Int8(reached))
        more = (Int8(applied.events), Decimal(applied.digest))
        notice = f"{self._projection.name} {reached}"
        which = (self._projection.name, self._build)
        parameters = (*place, *more, *which, *write.columns, notice)
        try:
            cursor = await self._connection.execute(statement, parameters, prepare=True)
        except NotNullViolation as error:
            if error.diag.table_name == "projections":
                raise StaleCheckpoint from error
            raise
        if (row := await cursor.fetchone()) is None:
            raise StaleCheckpoint
        return bool(row[0])

    def _statement(self, frame: LiteralString, sql: LiteralString) -> bytes:
        """Compose a statement once; it is run for every batch."""
        if (known := self._statements.get((frame, sql))) is None:
            written = self._projection.compose(sql, self._build)
            known = SQL(frame).format(written).as_bytes(self._connection)
            self._statements[frame, sql] = known
        return known
