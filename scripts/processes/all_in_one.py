"""``forge serve``: the API in this process; projector, worker and further APIs as its children.

Projecting takes a fifth of the time of a write, and all of a core during a rebuild: in this process
it would delay answers.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from socket import socket
from typing import Final

import click
from msgspec.structs import replace

from adapters.processes.socket_directory import socket_directory
from domain.identity.organisations import LOCAL
from scripts.composition.web import web_application
from scripts.config.process_options import options_of
from scripts.config.settings import Settings
from scripts.processes import process
from scripts.processes.child import Child, child_processes
from scripts.processes.first_start import create_first_key
from scripts.processes.http_server import serve_http
from scripts.processes.job_wakeups import JobWakeups
from scripts.processes.process import open_backend, wait_first
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import announce, listen
from scripts.processes.start import Servers
from scripts.telemetry.exposition import expose
from scripts.telemetry.tracing import trace_process
from scripts.terminal.failures import Failure

POLL_SECONDS: Final = 0.5


class ServerEnded(Failure):
    """An embedded server has ended; the service cannot go on without it."""


def run(
    settings: Settings, sockets: Sequence[socket], starting: Future[Servers], stop: StopSignals
) -> None:
    """Serve until a stop is requested, which may happen while the servers start."""
    servers = starting.result()
    if not stop.requested:
        listen(sockets)
        with (
            socket_directory() as directory,
            closing(JobWakeups(servers.connections.redis)) as wakeups,
        ):
            here = replace(settings, metrics_socket=directory / "api.sock")
            process.run(_serve(here, sockets, servers, stop, wakeups), settings.log_level)


async def _serve(
    settings: Settings,
    sockets: Sequence[socket],
    servers: Servers,
    stop: StopSignals,
    wakeups: JobWakeups,
) -> None:
    async with (
        trace_process("api", settings.tracing) as tracing,
        open_backend(
            servers.connections, servers.secrets, options_of(settings, tracing, wakeups.send)
        ) as backend,
        child_processes(backend.supervisor) as children,
        expose(backend, "api", settings.metrics_socket) as exposition,
    ):
        children.start(_child(settings, "projector"))  # whose read models the first responses need
        http = (backend, sockets, exposition, web_application)
        async with serve_http(settings, servers.connections, *http) as failed:
            _print_introduction(sockets, await create_first_key(backend))
            children.start(_child(settings, "worker"), *_further_apis(settings, sockets))
            await wait_first(stop.wait(), failed(), _watch_servers(servers.failed))
            children.stop()


def _print_introduction(sockets: Sequence[socket], key: str | None) -> None:
    announce(sockets)
    click.echo(f"  organisation  {LOCAL}")
    if key:
        click.echo(f"  API key       {key}   (shown this once)")
    else:
        click.echo("  more keys     forge keys create --name NAME")


async def _watch_servers(failed: Callable[[], list[str]]) -> None:
    while not (names := failed()):  # noqa: ASYNC110 - the end of a server sets no event of this loop
        await asyncio.sleep(POLL_SECONDS)
    raise ServerEnded(f"{' and '.join(names)} ended on its own; its log is in the data directory.")


def _child(settings: Settings, role: str) -> Child:
    return Child(role, [role, *_common_options(settings), *_metrics_option(settings, role)])


def _further_apis(settings: Settings, sockets: Sequence[socket]) -> Iterator[Child]:
    descriptors = [listening.fileno() for listening in sockets]
    web = [f"--fd={descriptor}" for descriptor in descriptors]
    web += [f"--host={host}" for host in settings.hosts]
    web += [f"--allow-host={name}" for name in settings.allowed_hosts]
    web += [f"--trust-proxy={network}" for network in settings.trusted_proxies]
    for number in range(2, settings.workers + 1):
        beside = _metrics_option(settings, f"api-{number}")
        yield Child(
            f"api {number}", ["api", *_common_options(settings), *beside, *web], descriptors
        )


def _common_options(settings: Settings) -> list[str]:
    place = ["--data-dir", str(settings.data_dir)]
    reach = ["--remote"] if settings.remote else []
    return [*place, *reach, "--log-level", settings.log_level, "--with-parent"]


def _metrics_option(settings: Settings, name: str) -> list[str]:
    """Name a child's socket for metrics, which also names its process."""
    own = settings.metrics_socket
    return [f"--metrics-socket={own.with_stem(name)}"] if own else []
