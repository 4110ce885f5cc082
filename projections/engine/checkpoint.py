"""Checkpoint of a build: writes rows, position and NOTIFY atomically, in one statement.

One statement is one round trip and one transaction. psycopg's pipeline mode is avoided: when the
server is slow to read, it may never send what exceeds the socket's buffer.
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
"""If another runner has moved the build, the position becomes NULL, which the column refuses."""
NOTIFY: Final[LiteralString] = """
    SELECT live, CASE WHEN live THEN pg_notify('forge_models', %b) END FROM moved
"""
PASS: Final = MOVE + NOTIFY
STEP: Final = MOVE + ", written AS ({})" + NOTIFY
MORE: Final = "{}"
NOTHING: Final = Write("", ())


class Checkpoint:
    """Stored position of a build; ``live`` says whether readers see this build."""

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
        """Write the rows of a batch, add it to the digest, and store the position it reaches.

        Raises ``StaleCheckpoint``, and errors of the batch or of the connection.
        """
        step, more = writes[:1], writes[1:]
        async with self._connection.transaction() if more else nullcontext():
            live = await self._step(reached, applied, *step)
            for write in more:
                statement = self._statement(MORE, write.sql)
                await self._connection.execute(statement, write.columns, prepare=True)
        self.position, self.live = reached, live

    async def _step(self, reached: int, applied: EventDigest, write: Write = NOTHING) -> bool:
        """Move and run the first write, mostly the only one, in one statement."""
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
        """Return a composed statement, cached since it runs for every batch."""
        if (known := self._statements.get((frame, sql))) is None:
            written = self._projection.compose(sql, self._build)
            known = SQL(frame).format(written).as_bytes(self._connection)
            self._statements[frame, sql] = known
        return known
