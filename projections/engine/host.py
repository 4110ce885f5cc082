"""Host of projectors: runs one for every build whose table shape this release knows.

Builds in progress take turns, since each needs a connection and a core of its own.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from psycopg import AsyncConnection, OperationalError

from application.concurrency.supervision import Supervisor
from application.eventstore.event_store import EventLog
from projections.engine import table_sets
from projections.engine.idle_positions import IdlePositions
from projections.engine.projection import Projection
from projections.engine.projector import Projector
from projections.engine.tail import Tail
from projections.engine.tracking import BuildStatus, build_statuses

Connection = AsyncConnection[Any]

LOOK_SECONDS: Final = 0.5
BUILT_AT_ONCE: Final = 4
ALMOST: Final = 1_000
"""A held build this many events behind the log counts as finished."""


class Turn:
    """A slot of the build semaphore; ``end`` is idempotent."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self.wanted = False
        self._turns = turns
        self._begun = False

    async def begin(self) -> None:
        await self._turns.acquire()
        self._begun = True

    def end(self) -> None:
        if self._begun:
            self._begun = False
            self._turns.release()


class ProjectorHost:
    """Starts projectors for new builds, polled twice a second; a rebuild is just a new row."""

    def __init__(
        self,
        projections: Iterable[Projection],
        log: EventLog,
        conninfo: str,
        supervisor: Supervisor,
    ) -> None:
        self._projections = {projection.name: projection for projection in projections}
        self._conninfo = conninfo
        self._tail = Tail(log)
        self._idle_positions = IdlePositions(conninfo, self._tail)
        self._supervisor = supervisor
        self._turns = asyncio.Semaphore(BUILT_AT_ONCE)
        self._turn_of: dict[str, Turn] = {}

    async def run(self) -> None:
        """Run projectors forever; raises the first error of opening a build once all others run."""
        self._supervisor.start("log tail", self._tail.run)
        self._supervisor.start("idle positions", self._idle_positions.run)
        async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            troubles = await self._ensure(connection)
            await self._look(connection)
            if troubles:
                raise troubles[0]
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                await self._look(connection)

    async def _ensure(self, connection: Connection) -> list[Exception]:
        """Open missing builds; return errors, so that one failing projection blocks no other."""
        troubles: list[Exception] = []
        for projection in self._projections.values():
            try:
                await table_sets.ensure(connection, projection)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 - a projection's DDL may raise anything
                troubles.append(error)
        return troubles

    async def _look(self, connection: Connection) -> None:
        for status in await build_statuses(connection):
            projection = self._projections.get(status.name)
            if projection is not None and projection.shape == status.shape:
                self._check_decision(projection, status)

    def _check_decision(self, projection: Projection, status: BuildStatus) -> None:
        """Run the build's projector; run a failed one again once its error has been cleared."""
        name = f"{status.name}:{status.number}"
        if status.error is None:
            self._supervisor.forgive(name)
        turn = self._turn_of.setdefault(name, Turn(self._turns))
        turn.wanted = status.building
        self._supervisor.start(name, partial(self._run, projection, status, turn))
        if status.paused or (
            status.held and status.position + ALMOST >= self._tail.log.head.position
        ):
            turn.end()

    async def _run(self, projection: Projection, status: BuildStatus, turn: Turn) -> None:
        projector = Projector(projection, status.number, self._tail, self._conninfo, turn.end)
        if turn.wanted:
            await turn.begin()
        try:
            await projector.run()
        finally:
            turn.end()
