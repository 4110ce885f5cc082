"""``forge serve``: the API in this process; projector, worker and further APIs beside it.

Projecting takes a fifth of the time that a write takes, and all of a core during a rebuild: time
that answers would have to wait for.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from socket import socket
from typing import Final

import click

from adapters.processes.socket_directory import socket_directory
from domain.identity.organisations import LOCAL
from scripts.composition.web import web_application
from scripts.config.settings import Settings
from scripts.processes import process
from scripts.processes.child import Child, kept
from scripts.processes.first_start import first_key
from scripts.processes.http_server import serving
from scripts.processes.job_wakeups import JobWakeups
from scripts.processes.options_from_settings import options_of
from scripts.processes.process import running_backend, until_first
from scripts.processes.shutdown import StopSignals
from scripts.processes.sockets import announce, listen
from scripts.processes.start import Started
from scripts.telemetry.exposition import exposed
from scripts.telemetry.tracing import traced
from scripts.terminal.command_lines import command_line
from scripts.terminal.failures import Failure

LOOK_SECONDS: Final = 0.5


class ServerEnded(Failure):
    """Nothing works without it; whoever started us may start us again."""


def run(
    settings: Settings, sockets: Sequence[socket], starting: Future[Started], stop: StopSignals
) -> None:
    """Serve until told to stop; a wish that came while the servers started is heard as well."""
    started = starting.result()
    if not stop.requested:
        listen(sockets)
        with (
            socket_directory() as directory,
            closing(JobWakeups(started.connections.redis)) as waking,
        ):
            here = replace(settings, metrics_socket=directory / "api.sock")
            process.run(_serve(here, sockets, started, stop, waking), settings.log_level)


async def _serve(
    settings: Settings,
    sockets: Sequence[socket],
    started: Started,
    stop: StopSignals,
    waking: JobWakeups,
) -> None:
    async with (
        traced("api") as tracing,
        running_backend(
            started.connections, started.secrets, options_of(settings, tracing, waking)
        ) as backend,
        kept(backend.supervisor) as children,
        exposed(backend, "api", settings.metrics_socket) as exposition,
    ):
        children.start(_child(settings, "projector"))  # whose read models the first answers need
        http = (backend, sockets, exposition, web_application)
        async with serving(settings, started.connections, *http) as broken:
            _introduce(sockets, await first_key(backend))
            children.start(_child(settings, "worker"), *_further_apis(settings, sockets))
            await until_first(stop.wait(), broken(), _watch(started.failed))
            children.tell()


def _introduce(sockets: Sequence[socket], key: str | None) -> None:
    announce(sockets)
    click.echo(f"  organisation  {LOCAL}")
    if key:
        click.echo(f"  API key       {key}   (shown this once)")
    else:
        click.echo(f"  more keys     {command_line('keys create --name NAME')}")


async def _watch(failed: Callable[[], list[str]]) -> None:
    while not (names := failed()):  # noqa: ASYNC110 - a process ends without an event of ours
        await asyncio.sleep(LOOK_SECONDS)
    raise ServerEnded(f"{' and '.join(names)} ended on its own; its log is in the data directory.")


def _child(settings: Settings, role: str) -> Child:
    return Child(role, [role, *_here(settings), *_beside(settings, role)])


def _further_apis(settings: Settings, sockets: Sequence[socket]) -> Iterator[Child]:
    descriptors = [listening.fileno() for listening in sockets]
    web = [f"--fd={descriptor}" for descriptor in descriptors]
    web += [f"--host={host}" for host in settings.hosts]
    web += [f"--allow-host={name}" for name in settings.allowed_hosts]
    web += [f"--trust-proxy={network}" for network in settings.trusted_proxies]
    for number in range(2, settings.workers + 1):
        beside = _beside(settings, f"api-{number}")
        yield Child(f"api {number}", ["api", *_here(settings), *beside, *web], descriptors)


def _here(settings: Settings) -> list[str]:
    place = ["--data-dir", str(settings.data_dir)]
    reach = ["--remote"] if settings.remote else []
    return [*place, *reach, "--log-level", settings.log_level, "--with-parent"]


def _beside(settings: Settings, name: str) -> list[str]:
    """Say where a child is to tell of itself, and under which name."""
    own = settings.metrics_socket
    return [f"--metrics-socket={own.with_stem(name)}"] if own else []
