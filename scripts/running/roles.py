"""``forge api``, ``projector`` and ``worker``: one part of the service in a process of its own."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from socket import socket
from typing import NamedTuple

from projections.catalogue import PROJECTIONS
from projections.projection import personal
from scripts.connections import Connections, connections_in_use
from scripts.observing.exposition import exposed
from scripts.observing.tracing import traced
from scripts.running import process
from scripts.running.exposure import refuse_unsafe
from scripts.running.first_start import founded
from scripts.running.http_server import Build, serving
from scripts.running.listening import announce, bound, listen
from scripts.running.process import report, running_backend, until_first
from scripts.running.stopping import StopSignals
from scripts.running.worker import working
from scripts.secret_choice import secrets_to_start_with
from scripts.settings import Settings
from scripts.web import role_application, web_application
from scripts.wiring import Backend, Options


class Role(NamedTuple):
    """``sockets`` are what it answers requests at: for a projector or a worker mostly none."""

    name: str
    settings: Settings
    sockets: Sequence[socket]
    stop: StopSignals

    @property
    def called(self) -> str:
        """The name that metrics and traces know it by: its own among several of one service."""
        own = self.settings.metrics_socket
        return own.stem if own else self.name


@contextmanager
def bound_for_metrics(settings: Settings) -> Iterator[list[socket]]:
    """Bind the port at which a role tells of itself, if it is to have one."""
    if settings.metrics_port is None:
        yield []
        return
    refuse_unsafe(settings)
    with bound(settings.hosts, [settings.metrics_port]) as sockets:
        yield sockets


def run_api(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_api(Role("api", settings, sockets, stop)), settings.log_level)


def run_projector(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_projector(Role("projector", settings, sockets, stop)), settings.log_level)


def run_worker(settings: Settings, sockets: Sequence[socket], stop: StopSignals) -> None:
    listen(sockets)
    process.run(_worker(Role("worker", settings, sockets, stop)), settings.log_level)


async def _api(role: Role) -> None:
    async with _backend(role) as (connections, backend):
        backend.supervisor.start("local organisation", lambda: _found(backend))
        await _until_told(role, connections, backend, web_application)


async def _found(backend: Backend) -> None:
    """Try until the database is there and migrated."""
    await founded(backend)


async def _projector(role: Role) -> None:
    async with _backend(role) as (connections, backend):
        backend.log.open_only(personal(PROJECTIONS))
        backend.project()
        await _until_told(role, connections, backend, role_application)


async def _worker(role: Role) -> None:
    async with (
        _backend(role) as (connections, backend),
        working(backend, connections.redis, report),
    ):
        await _until_told(role, connections, backend, role_application)


@asynccontextmanager
async def _backend(role: Role) -> AsyncIterator[tuple[Connections, Backend]]:
    connections = connections_in_use(role.settings)
    secrets = secrets_to_start_with(role.settings)
    async with (
        traced(role.called) as tracing,
        running_backend(connections, secrets, Options(tracing, role.settings.ledger)) as backend,
    ):
        yield connections, backend


async def _until_told(role: Role, connections: Connections, backend: Backend, build: Build) -> None:
    """Tell how this process does, and answer requests where it is to, until told to end."""
    async with exposed(backend, role.called, role.settings.metrics_socket) as exposition:
        if not role.sockets:
            await role.stop.wait()
            return
        http = (backend, role.sockets, exposition, build)
        async with serving(role.settings, connections, *http) as broken:
            announce(role.sockets)
            await until_first(role.stop.wait(), broken())
