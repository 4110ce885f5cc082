"""Brings servers up and their database to this release, in a thread, while imports go on.

What is imported here is on the way of every start: the servers come first, then psycopg.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from adapters.crypto.secret_files import Secrets
from adapters.embedded.servers import EmbeddedServers
from scripts.config.connections import Connections, embedded_connections, external_connections
from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings


@dataclass(frozen=True)
class Started:
    """``failed`` names the servers of ours that have ended on their own."""

    connections: Connections
    secrets: Secrets
    failed: Callable[[], list[str]]


@contextmanager
def starting(settings: Settings) -> Iterator[Future[Started]]:
    """Have the servers while entered: those given, or embedded ones, which leaving stops."""
    with ExitStack() as servers, ThreadPoolExecutor(1, "start") as thread:
        yield thread.submit(_start, settings, servers)


def _start(settings: Settings, servers: ExitStack) -> Started:
    if connections := external_connections(settings):
        failed: Callable[[], list[str]] = list
    else:
        embedded = servers.enter_context(EmbeddedServers(settings.data_dir))
        connections, failed = embedded_connections(embedded), embedded.failed
    secrets = load_or_create_secrets(settings)
    from adapters.postgres.migrations import migrate  # noqa: PLC0415 - psycopg, after the servers

    migrate(connections.owner)
    return Started(connections, secrets, failed)
