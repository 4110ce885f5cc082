"""One part of the service in a process of its own: what all of them are told, and make."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from socket import socket
from typing import NamedTuple

from scripts.composition.backend import Backend
from scripts.config.connections import Connections, connections_in_use
from scripts.config.process_options import options_of
from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings
from scripts.processes.exposure import refuse_unsafe_exposure
from scripts.processes.job_wakeups import JobWakeups
from scripts.processes.process import running_backend
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import bound
from scripts.telemetry.tracing import trace_process


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


class Running(NamedTuple):
    """A role that has what it works with."""

    role: Role
    connections: Connections
    backend: Backend


@contextmanager
def bound_for_metrics(settings: Settings) -> Iterator[list[socket]]:
    """Bind the port at which a role tells of itself, if it is to have one."""
    if settings.metrics_port is None:
        yield []
        return
    refuse_unsafe_exposure(settings)
    with bound(settings.hosts, [settings.metrics_port]) as sockets:
        yield sockets


@asynccontextmanager
async def running(role: Role) -> AsyncIterator[Running]:
    connections = connections_in_use(role.settings)
    secrets = load_or_create_secrets(role.settings)
    with closing(JobWakeups(connections.redis)) as waking:
        async with (
            trace_process(role.called, role.settings.tracing) as tracing,
            running_backend(
                connections, secrets, options_of(role.settings, tracing, waking.send)
            ) as backend,
        ):
            yield Running(role, connections, backend)
