"""What ``/metrics`` tells: of this process, of those beside it, and what the database knows."""

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
from scripts.telemetry.gauges import levels

FACTS_SECONDS: Final = 3.0
UP: Final = "1: the process answered. Others are those of the same `forge serve`."
DATABASE_UP: Final = "1: the database answered; 0: what only it knows is missing here."


class ProcessExposition:
    """Implements ``api.operate.metrics.Exposition``; one without a ``socket`` runs alone."""

    def __init__(self, backend: Backend, process: str, socket: Path | None) -> None:
        self._backend = backend
        self._process = process
        self._socket = socket

    async def text(self) -> bytes:
        facts, siblings = await asyncio.gather(self._facts(), self._siblings())
        return merge([self.own(), *siblings, facts]).encode()

    def own(self) -> str:
        """Tell of this process alone, as its siblings ask for it."""
        families = [*self._backend.metrics.families(), *levels(self._backend), *process_metrics()]
        return _up(self._process, 1) + render(families, {"process": self._process})

    async def _siblings(self) -> list[str]:
        told = await ask_siblings(self._socket) if self._socket else {}
        return [_up(name, 0) if text is None else text for name, text in told.items()]

    async def _facts(self) -> str:
        """Wait for the database no longer than Prometheus waits for us."""
        try:
            async with asyncio.timeout(FACTS_SECONDS):
                facts = await self._backend.facts()
        except (LogUnavailable, TimeoutError):
            return render([gauge("forge_database_up", DATABASE_UP, {(): 0})])
        return render([gauge("forge_database_up", DATABASE_UP, {(): 1}), *facts])


@asynccontextmanager
async def exposed(
    backend: Backend, process: str, socket: Path | None
) -> AsyncIterator[ProcessExposition]:
    """Answer the processes beside this one, where there are any, while entered."""
    exposition = ProcessExposition(backend, process, socket)
    if socket is None:
        yield exposition
        return
    async with serve_to_siblings(socket, exposition.own):
        yield exposition


def _up(process: str, up: int) -> str:
    return render([gauge("forge_process_up", UP, {(process,): up}, "process")])
