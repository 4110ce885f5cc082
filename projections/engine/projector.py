"""Projector of one build: waits to lead, then serves one leader term after the other."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from psycopg import AsyncConnection

from projections.engine.leader_lock import lead
from projections.engine.leader_term import LeaderTerm
from projections.engine.projection import Projection
from projections.engine.tail import Tail
from projections.engine.tracking import BuildStatus, StaleCheckpoint, build_status

Connection = AsyncConnection[Any]

PAUSED_SECONDS: Final = 0.5
"""Poll interval of a paused build."""


class Projector:
    """Runs one build while it leads; calls ``on_live`` once it is live."""

    def __init__(
        self,
        projection: Projection,
        build: int,
        tail: Tail,
        conninfo: str,
        on_live: Callable[[], None],
    ) -> None:
        self.projection = projection
        self.build = build
        self._tail = tail
        self._conninfo = conninfo
        self._on_live = on_live

    async def run(self) -> None:
        """Follow the log until the build is dropped.

        Raises ``ProjectionFailed`` at an event it cannot apply, ``StaleCheckpoint`` when another
        runner has moved on.
        """
        name = f"{self.projection.name} {self.build}"
        async with lead(self._conninfo, name, self._progress) as connection:
            while not (status := await self._status(connection)).dropped:
                if status.paused:
                    await asyncio.sleep(PAUSED_SECONDS)
                else:
                    await self._serve(connection, status)

    async def _serve(self, connection: Connection, status: BuildStatus) -> None:
        """Serve a leader term, which ends with the next decision of an operator."""
        term = LeaderTerm(connection, self.projection, self._tail, status, self._on_live)
        try:
            await term.serve()
        except StaleCheckpoint:
            if (await self._status(connection)).decided == status.decided:
                raise

    async def _progress(self, connection: Connection) -> tuple[int, int]:
        """Return the stored position and the head, by which a standby detects a stuck leader."""
        status = await self._status(connection)
        return status.position, status.position if status.paused else self._tail.log.head.position

    async def _status(self, connection: Connection) -> BuildStatus:
        return await build_status(connection, self.projection.name, self.build)
