"""Runs a projector for every generation whose tables this release knows how to fill."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from psycopg import AsyncConnection

from application.event_log import EventLog
from application.supervision import Supervisor
from application.watermark import Watermark
from projections import table_sets
from projections.engine import Projector
from projections.projection import Projection
from projections.tracking import Standing, standings

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
        async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            for projection in self._projections.values():
                await table_sets.ensure(connection, projection)
            while True:
                for standing in await standings(connection):
                    self._start(standing)
                await asyncio.sleep(LOOK_SECONDS)

    def _start(self, found: Standing) -> None:
        projection = self._projections.get(found.name)
        if projection is None or projection.shape != found.shape:
            return
        progressed = partial(_advance, self._progress[found.name])
        projector = Projector(projection, found.generation, self._log, self._conninfo, progressed)
        self._supervisor.start(f"{found.name}:{found.generation}", projector.run)


def _advance(progress: Watermark, position: int) -> None:
    progress.advance(position)
