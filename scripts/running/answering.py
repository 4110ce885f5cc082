"""``forge api``, and what answers requests of other roles."""

from collections.abc import Sequence
from socket import socket

from scripts.observing.exposition import exposed
from scripts.running import process
from scripts.running.first_start import founded
from scripts.running.http_server import Build, serving
from scripts.running.listening import announce, listen
from scripts.running.process import until_first
from scripts.running.role import Role, Running, running
from scripts.running.stopping import StopSignals
from scripts.settings import Settings
from scripts.web import web_application
from scripts.wiring import Backend


def run_api(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_api(Role("api", settings, sockets, stop)), settings.log_level)


async def answer(running: Running, build: Build) -> None:
    """Tell how this process does, and answer requests, until told to end."""
    role, backend = running.role, running.backend
    async with exposed(backend, role.called, role.settings.metrics_socket) as exposition:
        http = (backend, role.sockets, exposition, build)
        async with serving(role.settings, running.connections, *http) as broken:
            announce(role.sockets)
            await until_first(role.stop.wait(), broken())


async def _api(role: Role) -> None:
    async with running(role) as api:
        api.backend.supervisor.start("local organisation", lambda: _found(api.backend))
        await answer(api, web_application)


async def _found(backend: Backend) -> None:
    """Try until the database is there and migrated."""
    await founded(backend)
