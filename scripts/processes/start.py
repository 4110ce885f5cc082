"""Brings servers up and their database to this release, in a thread, while imports go on.

What is imported here is on the way of every start: the servers come first, then psycopg.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from adapters.crypto.secret_files import Secrets
from adapters.embedded.servers import EmbeddedServers
from scripts.config.connections import Connections, connections_given, connections_of
from scripts.config.secrets import secrets_to_start_with
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
    if connections := connections_given(settings):
        failed: Callable[[], list[str]] = list
    else:
        embedded = servers.enter_context(EmbeddedServers(settings.data_dir))
        connections, failed = connections_of(embedded), embedded.failed_servers
    secrets = secrets_to_start_with(settings)
    from adapters.postgres.migrations import migrate  # noqa: PLC0415 - psycopg, after the servers

    migrate(connections.owner)
    return Started(connections, secrets, failed)
