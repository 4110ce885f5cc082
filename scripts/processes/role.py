"""Role: one part of the service in a process of its own, with its settings and backend."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from socket import socket
from typing import NamedTuple

from application.telemetry.tracing import Tracing
from projections.engine.listener import Channels
from scripts.composition.backend import Backend
from scripts.config.connections import Connections, connections_in_use
from scripts.config.process_options import Options, options_of
from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings
from scripts.processes.exposure import refuse_unsafe_exposure
from scripts.processes.job_wakeups import JobWakeups
from scripts.processes.process import open_backend
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import bind
from scripts.telemetry.tracing import trace_process


class Role(NamedTuple):
    """A role before it runs; ``sockets`` serve HTTP: for a projector or a worker mostly none.

    ``channels`` bring the positions that it waits for, of the log or of read models.
    """

    name: str
    channels: Channels
    settings: Settings
    sockets: Sequence[socket]
    stop: StopSignals

    @property
    def process_name(self) -> str:
        """The process in metrics and traces; each of several APIs has a name of its own."""
        own = self.settings.metrics_socket
        return own.stem if own else self.name


class RunningRole(NamedTuple):
    """A role with its connections and its backend."""

    role: Role
    connections: Connections
    backend: Backend


@contextmanager
def bind_metrics_port(settings: Settings) -> Iterator[list[socket]]:
    """Bind the port for metrics and health, if the settings name one."""
    if settings.metrics_port is None:
        yield []
        return
    refuse_unsafe_exposure(settings)
    with bind(settings.hosts, [settings.metrics_port]) as sockets:
        yield sockets


@asynccontextmanager
async def run_role(role: Role) -> AsyncIterator[RunningRole]:
    """Open the backend of a role, with tracing and wake-ups of workers, while entered."""
    connections = connections_in_use(role.settings)
    secrets = load_or_create_secrets(role.settings)
    with closing(JobWakeups(connections.redis)) as wakeups:
        async with (
            trace_process(role.process_name, role.settings.tracing) as tracing,
            open_backend(connections, secrets, _options(role, tracing, wakeups.send)) as backend,
        ):
            yield RunningRole(role, connections, backend)


def _options(role: Role, tracing: Tracing, wake: Callable[[str], None]) -> Options:
    return options_of(role.settings, tracing, wake)._replace(channels=role.channels)
