"""``forge api``, and what answers requests of other roles."""

from collections.abc import Sequence
from socket import socket

from scripts.composition.backend import Backend
from scripts.composition.web import web_application
from scripts.config.settings import Settings
from scripts.processes import process
from scripts.processes.first_start import create_local_organisation
from scripts.processes.http_server import Build, serving
from scripts.processes.process import until_first
from scripts.processes.role import Role, Running, running
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import announce, listen
from scripts.telemetry.exposition import exposed


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
        api.backend.kernel.supervisor.start("local organisation", lambda: _found(api.backend))
        await answer(api, web_application)


async def _found(backend: Backend) -> None:
    """Try until the database is there and migrated."""
    await create_local_organisation(backend)


async def until_told(running: Running) -> None:
    """Let this process be asked how it does, until it is told to end."""
    role = running.role
    if role.sockets:
        from scripts.composition.web import role_application  # noqa: PLC0415 - likewise
        from scripts.processes.api import answer  # noqa: PLC0415 - half a second, mostly unused

        await answer(running, role_application)
        return
    async with exposed(running.backend, role.called, role.settings.metrics_socket):
        await role.stop.wait()
