"""The body of ``/metrics``: this process, its siblings, and what only the database knows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from adapters.processes.process_metrics import process_metrics
from adapters.processes.unix_siblings import ask_siblings, serve_to_siblings
from adapters.telemetry.prometheus_text import merge, render
from application.eventstore.event_store import LogUnavailable
from application.telemetry.instruments import gauge
from scripts.composition.backend import Backend
from scripts.telemetry.gauges import current_gauges

DATABASE_SECONDS: Final = 3.0
"""Below the 10 s after which Prometheus gives a scrape up."""
UP: Final = "1: the process answered. Others are those of the same `forge serve`."
DATABASE_UP: Final = "1: the database answered; 0: what only it knows is missing here."


class ProcessExposition:
    """Implements ``api.operate.metrics.Exposition``; without a ``socket`` it has no siblings."""

    def __init__(self, backend: Backend, process: str, socket: Path | None) -> None:
        self._backend = backend
        self._process = process
        self._socket = socket

    async def text(self) -> bytes:
        database, siblings = await asyncio.gather(self._database(), self._siblings())
        return merge([self.own(), *siblings, database]).encode()

    def own(self) -> str:
        """Render the metrics of this process alone, for its siblings."""
        backend = self._backend
        families = [
            *backend.kernel.metrics.families(),
            *current_gauges(backend),
            *process_metrics(),
        ]
        return _up(self._process, 1) + render(families, {"process": self._process})

    async def _siblings(self) -> list[str]:
        texts = await ask_siblings(self._socket) if self._socket else {}
        return [_up(name, 0) if text is None else text for name, text in texts.items()]

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                facts = await self._backend.kernel.stats()
        except (LogUnavailable, TimeoutError):
            return render([gauge("forge_database_up", DATABASE_UP, {(): 0})])
        return render([gauge("forge_database_up", DATABASE_UP, {(): 1}), *facts])


@asynccontextmanager
async def expose(
    backend: Backend, process: str, socket: Path | None
) -> AsyncIterator[ProcessExposition]:
    """Serve this process's metrics to its siblings while entered, if it has any."""
    exposition = ProcessExposition(backend, process, socket)
    if socket is None:
        yield exposition
        return
    async with serve_to_siblings(socket, exposition.own):
        yield exposition


def _up(process: str, up: int) -> str:
    return render([gauge("forge_process_up", UP, {(process,): up}, "process")])
