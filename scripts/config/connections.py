"""Connection strings of Postgres and Valkey: external servers, or the embedded ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from adapters.embedded.errors import ServersNotRunning
from adapters.embedded.servers import EmbeddedServers, Endpoints
from scripts.config.environment import DATABASE_URL, REDIS_URL
from scripts.config.settings import Settings
from scripts.terminal.command_lines import command_line
from scripts.terminal.failures import Failure

AS_APP: Final = "-c role=forge_app"


class Connections(NamedTuple):
    """``owner`` migrates; running processes connect as ``app`` (docs/adr/0005)."""

    owner: str
    app: str
    redis: str

    def to_database(self, name: str) -> "Connections":
        """Return the connections to another database of the same server."""
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - slow, see start

        owner, app = [make_conninfo(each, dbname=name) for each in (self.owner, self.app)]
        return self._replace(owner=owner, app=app)


class IncompleteServers(Failure):
    """One of two servers is configured: an embedded other one would split the data."""


def external_connections(settings: Settings) -> Connections | None:
    """Return the connections to external servers, or ``None`` where none are configured."""
    storage = settings.storage
    urls = {DATABASE_URL: storage.database_url, REDIS_URL: storage.redis_url}
    missing = [name for name, url in urls.items() if not url]
    if len(missing) == len(urls):
        return None
    if missing:
        raise IncompleteServers(
            f"{missing[0]} is not set, though its companion is: set both to use external servers, "
            "or neither to use the embedded ones."
        )
    app = storage.app_database_url or as_app_role(storage.database_url)
    return Connections(storage.database_url, app, storage.redis_url)


def embedded_connections(servers: EmbeddedServers | Endpoints) -> Connections:
    return Connections(
        servers.database_url("owner"), servers.database_url("app"), servers.redis_url
    )


def connections_in_use(settings: Settings) -> Connections:
    """Find running servers; starts none, and raises ``ServersNotRunning``."""
    if external := external_connections(settings):
        return external
    try:
        return embedded_connections(EmbeddedServers.attach(settings.data_dir))
    except ServersNotRunning as error:
        raise ServersNotRunning(f"{error}: start them with `{command_line('serve')}`") from error


@contextmanager
def maintenance_connections(settings: Settings) -> Iterator[Connections]:
    """Find external servers, or run embedded ones while entered: for work without a service."""
    if external := external_connections(settings):
        yield external
    else:
        with EmbeddedServers(settings.data_dir) as embedded:
            yield embedded_connections(embedded)


def as_app_role(conninfo: str) -> str:
    """Connect with the owner's login, with the rights of the application role only."""
    from psycopg import conninfo as libpq  # noqa: PLC0415 - slow, and the package first: see start

    options = libpq.conninfo_to_dict(conninfo).get("options") or ""
    return libpq.make_conninfo(conninfo, options=f"{options} {AS_APP}".strip())
