"""Where Postgres and Valkey are: the addresses given, or those of the embedded servers that run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from adapters.embedded.servers import EmbeddedServers, Endpoints
from scripts.config.settings import Settings
from scripts.terminal.failures import Failure

AS_APP: Final = "-c role=forge_app"


class Connections(NamedTuple):
    """``owner`` migrates; running processes connect as ``app`` (docs/adr/0005)."""

    owner: str
    app: str
    redis: str

    def to_database(self, name: str) -> "Connections":
        """Return how to reach another database of the same server."""
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - slow, see start

        owner, app = [make_conninfo(each, dbname=name) for each in (self.owner, self.app)]
        return self._replace(owner=owner, app=app)


class OneServerGiven(Failure):
    """Half a pair: guessing the other half would split the data between two places."""


def connections_given(settings: Settings) -> Connections | None:
    given = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    missing = [name for name, url in given.items() if not url]
    if len(missing) == 1:
        raise OneServerGiven(
            f"{missing[0]} is not set, though its companion is: set both to use servers of your "
            "own, or neither to use embedded ones."
        )
    if settings.database_url is None or settings.redis_url is None:
        return None
    app = settings.app_database_url or acting_as_app(settings.database_url)
    return Connections(settings.database_url, app, settings.redis_url)


def connections_of(servers: EmbeddedServers | Endpoints) -> Connections:
    return Connections(
        servers.database_url("owner"), servers.database_url("app"), servers.redis_url
    )


def connections_in_use(settings: Settings) -> Connections:
    """Find servers without starting any; raises ``ServersNotRunning``."""
    if given := connections_given(settings):
        return given
    return connections_of(EmbeddedServers.attach(settings.data_dir))


@contextmanager
def connections_at_hand(settings: Settings) -> Iterator[Connections]:
    """Find servers, or have embedded ones for the time: for work that no service runs beside."""
    if given := connections_given(settings):
        yield given
    else:
        with EmbeddedServers(settings.data_dir) as embedded:
            yield connections_of(embedded)


def acting_as_app(conninfo: str) -> str:
    """Connect as the owner does, then give up all but the application role's rights."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - slow, see start

    options = conninfo_to_dict(conninfo).get("options") or ""
    return make_conninfo(conninfo, options=f"{options} {AS_APP}".strip())
