"""``forge serve``: API and projections in this process, the worker and further APIs beside it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from socket import socket
from typing import Final

import click

from domain.identity.organisations import LOCAL
from scripts import process
from scripts.child import Child, kept
from scripts.failures import Failure
from scripts.first_start import first_key
from scripts.http_server import serving
from scripts.listening import announce, listen
from scripts.process import running_backend, until_first
from scripts.settings import Settings
from scripts.start import Started
from scripts.stopping import StopSignals

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
        process.run(_serve(settings, sockets, started, stop), settings.log_level)


async def _serve(
    settings: Settings, sockets: Sequence[socket], started: Started, stop: StopSignals
) -> None:
    children = _children(settings, sockets)
    async with (
        running_backend(started.connections, started.secrets) as backend,
        kept(children, backend.supervisor) as keep,
    ):
        backend.project()
        async with serving(settings, started.connections, backend, sockets) as broken:
            _introduce(sockets, await first_key(backend))
            keep.start()
            await until_first(stop.wait(), broken(), _watch(started.failed))
            keep.tell()


def _introduce(sockets: Sequence[socket], key: str | None) -> None:
    announce(sockets)
    click.echo(f"  organisation  {LOCAL}")
    if key:
        click.echo(f"  API key       {key}   (shown this once)")
    else:
        click.echo("  more keys     forge keys create --name NAME")


async def _watch(failed: Callable[[], list[str]]) -> None:
    while not (names := failed()):  # noqa: ASYNC110 - a process ends without an event of ours
        await asyncio.sleep(LOOK_SECONDS)
    raise ServerEnded(f"{' and '.join(names)} ended on its own; its log is in the data directory.")


def _children(settings: Settings, sockets: Sequence[socket]) -> list[Child]:
    here = [
        "--data-dir",
        str(settings.data_dir),
        "--log-level",
        settings.log_level,
        "--with-parent",
    ]
    worker = Child("worker", ["worker", *here])
    descriptors = [listening.fileno() for listening in sockets]
    web = [f"--fd={descriptor}" for descriptor in descriptors]
    web += [f"--host={host}" for host in settings.hosts]
    web += [f"--allow-host={name}" for name in settings.allowed_hosts]
    web += ["--remote"] if settings.remote else []
    names = [f"api {number}" for number in range(2, settings.workers + 1)]
    return [worker, *(Child(name, ["api", *here, *web], descriptors) for name in names)]
