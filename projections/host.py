"""Runs a projector for every generation whose tables this release knows how to fill."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import AsyncConnection, OperationalError

from application.event_log import EventLog
from application.supervision import Supervisor
from application.watermark import Watermark
from projections import table_sets
from projections.engine import Projector
from projections.projection import Projection
from projections.tracking import Standing, standings

Connection = AsyncConnection[Any]

LOOK_SECONDS: Final = 0.5


class ProjectorHost:
    """Looks for new generations twice a second; a rebuild is nothing but a row that appears."""

    def __init__(
        self,
        projections: Iterable[Projection],
        log: EventLog,
        conninfo: str,
        supervisor: Supervisor,
        progress: Mapping[str, Watermark],
    ) -> None:
        self._projections = {projection.name: projection for projection in projections}
        self._log = log
        self._conninfo = conninfo
        self._supervisor = supervisor
        self._progress = progress

    async def run(self) -> None:
        """Project for good; what cannot be opened is raised once everything else runs."""
        async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            troubles = await self._ensure(connection)
            await self._look(connection)
            if troubles:
                raise troubles[0]
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                await self._look(connection)

    async def _ensure(self, connection: Connection) -> list[Exception]:
        """Open what is missing; one projection that cannot be opened must not keep the others."""
        troubles: list[Exception] = []
        for projection in self._projections.values():
            try:
                await table_sets.ensure(connection, projection)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a projection's DDL may raise
                troubles.append(error)
        return troubles

    async def _look(self, connection: Connection) -> None:
        for found in await standings(connection):
            projection = self._projections.get(found.name)
            if projection is not None and projection.shape == found.shape:
                self._start(projection, found)

    def _start(self, projection: Projection, found: Standing) -> None:
        progressed = self._progress[found.name].advance
        projector = Projector(projection, found.generation, self._log, self._conninfo, progressed)
        self._supervisor.start(f"{found.name}:{found.generation}", projector.run)
