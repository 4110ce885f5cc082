"""``forge api``, ``projector`` and ``worker``: one part of the service in a process of its own."""

from collections.abc import Sequence
from socket import socket

from projections.catalogue import PROJECTIONS
from projections.projection import personal
from scripts import process
from scripts.connections import connections_in_use
from scripts.first_start import founded
from scripts.http_server import serving
from scripts.listening import announce, listen
from scripts.process import report, running_backend, until_first
from scripts.secret_choice import secrets_to_start_with
from scripts.settings import Settings
from scripts.stopping import StopSignals
from scripts.wiring import Backend
from scripts.worker import working


def run_api(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_api(settings, sockets, stop), settings.log_level)


def run_projector(settings: Settings, stop: StopSignals) -> None:
    process.run(_projector(settings, stop), settings.log_level)


def run_worker(settings: Settings, stop: StopSignals) -> None:
    process.run(_worker(settings, stop), settings.log_level)


async def _api(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    connections = connections_in_use(settings)
    async with running_backend(connections, secrets_to_start_with(settings)) as backend:
        backend.supervisor.start("local organisation", lambda: _found(backend))
        async with serving(settings, connections, backend, sockets) as broken:
            announce(sockets)
            await until_first(stop.wait(), broken())


async def _found(backend: Backend) -> None:
    """Try until the database is there and migrated."""
    await founded(backend)


async def _projector(settings: Settings, stop: StopSignals) -> None:
    connections, secrets = connections_in_use(settings), secrets_to_start_with(settings)
    async with running_backend(connections, secrets, personal(PROJECTIONS)) as backend:
        backend.project()
        await stop.wait()


async def _worker(settings: Settings, stop: StopSignals) -> None:
    connections = connections_in_use(settings)
    secrets = secrets_to_start_with(settings)
    async with (
        running_backend(connections, secrets) as backend,
        working(backend, connections.redis, report),
    ):
        await stop.wait()
