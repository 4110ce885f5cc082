"""Positions of idle projectors, stored by one statement for all of them.

The projector that applies a batch announces them to readers; this statement announces what no
projector has applied, and keeps the rows close enough for a listener that begins with them.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString, TypeAlias

from psycopg import AsyncConnection

from projections.engine.checkpoint import Checkpoint
from projections.engine.tail import Follower, Tail

Connection = AsyncConnection[Any]
Moved: TypeAlias = Mapping[tuple[str, int], bool]
"""By name and number of a build whose row has moved, whether it is live."""

TICK_SECONDS: Final = 0.05
"""Readers wait no longer than two ticks for a position that no projector announces."""
UNANNOUNCED_SECONDS: Final = 0.1
"""Shortest time between stores of events that no projector here takes."""
STORE_SECONDS: Final = 0.8
STORE_EVENTS: Final = 5_000
"""A row falls behind no further than this, in time or in events, while events keep coming."""
ANSWER_SECONDS: Final = 5.0
STORE: Final[LiteralString] = """
    WITH led AS (
        SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
            AS led (name, generation, "position", decided, pid)
    ), leaders AS (
        SELECT pid, classid::bigint << 32 | objid::bigint AS key FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND objsubid = 1
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ), idle AS (
        SELECT p.name, p.generation
        FROM projections p JOIN led USING (name, generation) JOIN leaders
            ON leaders.pid = led.pid
           AND leaders.key = hashtextextended('leader ' || p.name || ' ' || p.generation, 0)
        WHERE p."position" = led."position" AND p.decided = led.decided AND p.status <> 'dropped'
        FOR UPDATE OF p SKIP LOCKED
    ), moved AS (
        UPDATE projections p SET "position" = %s,
            moved_at = now(), error = NULL, failed_position = NULL,
            status = CASE status WHEN 'failed' THEN 'running' ELSE status END
        FROM idle
        WHERE p.name = idle.name AND p.generation = idle.generation
        RETURNING p.name, p.generation, p."position", p.live
    ), notified AS (
        SELECT pg_notify('forge_read_models', concat_ws(' ', "position", string_agg(name, ' ')))
        FROM moved WHERE live GROUP BY "position"
    )
    SELECT name, generation, live FROM moved LEFT JOIN notified ON true
"""
"""Moves rows only from where their runners left them, while these hold the locks of leader_lock.py.

A row that another transaction has locked is left for later, so that none waits for it.
"""


class IdlePositions:
    def __init__(self, conninfo: str, tail: Tail) -> None:
        self._conninfo = conninfo
        self._tail = tail
        self._stored_at = float("-inf")

    async def run(self) -> None:
        connecting = AsyncConnection.connect(self._conninfo, autocommit=True)
        async with await connecting as connection:
            # Safe: a position that is lost is scanned again.
            await connection.execute("SET synchronous_commit = off")
            while True:
                self._tail.unstored.clear()
                await self._keep_up(connection)
                await self._tail.unstored.wait()

    async def _keep_up(self, connection: Connection) -> None:
        """Store positions when due, until all are stored."""
        scanned_before, since = 0, time.monotonic()
        while behind := self._tail.behind():
            rows = [follower.checkpoint for follower in behind]
            late = time.monotonic() - since > STORE_SECONDS
            if late or self._has_fallen_behind(rows, scanned_before) or self._is_unannounced(rows):
                await self._store(connection)
                since = time.monotonic()
            scanned_before = self._tail.scanned
            await asyncio.sleep(TICK_SECONDS)

    def _has_fallen_behind(self, rows: Sequence[Checkpoint], scanned_before: int) -> bool:
        """Say whether the log is quiet, rows are far behind, or readers have waited for a tick."""
        scanned = self._tail.scanned
        return (
            scanned == scanned_before
            or scanned - min(row.position for row in rows) > STORE_EVENTS
            or any(row.live and row.announced < scanned_before for row in rows)
        )

    def _is_unannounced(self, rows: Sequence[Checkpoint]) -> bool:
        """Say whether readers wait for what no projector here is going to announce."""
        if self._tail.busy or time.monotonic() - self._stored_at < UNANNOUNCED_SECONDS:
            return False
        return any(row.live and row.announced < self._tail.scanned for row in rows)

    async def _store(self, connection: Connection) -> None:
        """Store what has been scanned as the position of all resting projectors."""
        async with self._tail.storing:
            target, behind = self._tail.scanned, self._tail.behind()
            for follower in behind:
                follower.in_doubt = True  # until the server has answered
            try:
                _settle(behind, target, await self._move(connection, behind, target))
            finally:
                for follower in behind:
                    if follower.in_doubt:
                        follower.wake.set()
        self._stored_at = time.monotonic()

    async def _move(self, connection: Connection, behind: Sequence[Follower], target: int) -> Moved:
        """Move the rows that are as expected."""
        columns = zip(*(follower.checkpoint.row for follower in behind), strict=True)
        places = [*map(list, columns), target]
        async with asyncio.timeout(ANSWER_SECONDS):
            cursor = await connection.execute(STORE, places, prepare=True)
            rows = await cursor.fetchall()
        return {(name, number): live for name, number, live in rows}


def _settle(followers: Sequence[Follower], target: int, moved: Moved) -> None:
    """Record which rows have moved; a projector whose row is locked or changed wakes.

    It moves the row itself, and waits for the lock or stops, as with any other batch.
    """
    for follower in followers:
        follower.in_doubt = False
        if (build := follower.checkpoint.build) in moved:
            follower.checkpoint.has_moved(target, live=moved[build])
        else:
            follower.wake.set()
