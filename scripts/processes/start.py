"""Start of the servers and migration of the database, in a thread beside the imports.

The imports of this module delay every start: the servers come first, then psycopg. Both threads
import ``psycopg`` itself before modules of it. The second thread then waits for the first; one that
imports ``psycopg.conninfo`` meanwhile may get a partially initialized module.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module

from adapters.crypto.secret_files import Secrets
from adapters.embedded.servers import EmbeddedServers
from scripts.config.connections import Connections, embedded_connections, external_connections
from scripts.config.secrets import load_or_create_secrets
from scripts.config.settings import Settings


@dataclass(frozen=True)
class Servers:
    """Running servers, migrated; ``failed`` names the embedded ones that have ended."""

    connections: Connections
    secrets: Secrets
    failed: Callable[[], list[str]]


@contextmanager
def start_servers(settings: Settings) -> Iterator[Future[Servers]]:
    """Use the external servers, or run embedded ones while entered."""
    with ExitStack() as stack, ThreadPoolExecutor(1, "start") as thread:
        servers = thread.submit(_start, settings, stack)
        import_module("psycopg")
        yield servers


def _start(settings: Settings, stack: ExitStack) -> Servers:
    if connections := external_connections(settings):
        failed: Callable[[], list[str]] = list
    else:
        embedded = stack.enter_context(EmbeddedServers(settings.data_dir))
        connections, failed = embedded_connections(embedded), embedded.failed_servers
    secrets = load_or_create_secrets(settings)
    from adapters.postgres.migrator import migrate  # noqa: PLC0415 - psycopg, after the servers

    migrate(connections.owner)
    return Servers(connections, secrets, failed)
