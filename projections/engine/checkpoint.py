"""Checkpoint of a build: writes rows, position and NOTIFY atomically, in one statement.

One statement is one round trip and one transaction. psycopg's pipeline mode is avoided: when the
server is slow to read, it may never send what exceeds the socket's buffer.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from decimal import Decimal
from typing import Any, Final, LiteralString, TypeAlias

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
        WHERE name = %b AND generation = %b RETURNING name, live
    )
"""
"""If another runner has moved the build, the position becomes NULL, which the column refuses."""
NOTIFY: Final[LiteralString] = """
    SELECT live, CASE WHEN live THEN
        pg_notify('forge_read_models', concat_ws(' ', %b::bigint, name, (
            SELECT string_agg(name, ' ' ORDER BY name) FROM projections
            WHERE live AND concat_ws(' ', name, generation, decided) = ANY(%b::text[])))) END
    FROM moved
"""
"""Tells readers of the position and of the idle read models that have nothing to apply up to it.

Of these it names only builds that are live still, and whose runner knows every decision.
"""
PASS: Final = MOVE + NOTIFY
STEP: Final = MOVE + ", written AS ({})" + NOTIFY
MORE: Final = "{}"
NOTHING: Final = Write("", ())

IdleUntil: TypeAlias = Callable[[int], Sequence["Checkpoint"]]


class Checkpoint:
    """Stored position of a build; ``live`` says whether readers see this build.

    ``announced`` is the last position that readers have been told of. ``idle_until`` returns the
    checkpoints of other builds that have nothing to apply up to a position.
    """

    def __init__(
        self,
        connection: Connection,
        projection: Projection,
        status: BuildStatus,
        idle_until: IdleUntil,
    ) -> None:
        self.position = self.announced = status.position
        self.live = status.live
        self.build = status.name, status.number
        self.decision = f"{status.name} {status.number} {status.decided}"
        self._connection = connection
        self._pid = connection.info.backend_pid
        self._projection = projection
        self._decided = status.decided
        self._idle_until = idle_until
        self._statements: dict[tuple[LiteralString, LiteralString], bytes] = {}

    @property
    def row(self) -> tuple[str, int, int, int, int]:
        """Name, number, position and decisions that the row must have, and the leader's process."""
        return (*self.build, self.position, self._decided, self._pid)

    def has_moved(self, position: int, *, live: bool) -> None:
        """Record that the row has been moved, and readers told if the build is live."""
        self.position, self.live = position, live
        if live:
            self.announced = position

    async def move(
        self, reached: int, writes: Sequence[Write] = (), applied: EventDigest = EMPTY
    ) -> None:
        """Write the rows of a batch, add it to the digest, and store the position it reaches.

        Raises ``StaleCheckpoint``, and errors of the batch or of the connection.
        """
        step, more = writes[:1], writes[1:]
        idle = [each for each in self._idle_until(reached) if each is not self] if self.live else []
        named = [each.decision for each in idle]
        async with self._connection.transaction() if more else nullcontext():
            live = await self._step(reached, applied, named, *step)
            for write in more:
                statement = self._statement(MORE, write.sql)
                await self._connection.execute(statement, write.columns, prepare=True)
        self.has_moved(reached, live=live)
        for each in idle if live else ():
            each.announced = reached

    async def _step(
        self, reached: int, applied: EventDigest, named: list[str], write: Write = NOTHING
    ) -> bool:
        """Move and run the first write, mostly the only one, in one statement."""
        statement = self._statement(STEP if write.sql else PASS, write.sql)
        place = (Int8(self.position), Int4(self._decided), Int8(reached))
        more = (Int8(applied.events), Decimal(applied.digest))
        notice = (Int8(reached), named)
        parameters = (*place, *more, *self.build, *write.columns, *notice)
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
            written = self._projection.compose(sql, self.build[1])
            known = SQL(frame).format(written).as_bytes(self._connection)
            self._statements[frame, sql] = known
        return known
