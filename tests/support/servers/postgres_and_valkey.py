"""Postgres and Valkey for a test session: yours, a container's, or the embedded ones.

``DATABASE_URL`` and ``REDIS_URL`` win; else containers where a Docker engine answers; else the
binaries that came with the dependencies, which need nothing installed and nothing downloaded.
"""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

import msgspec
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from redis import Redis

from adapters.embedded.servers import EmbeddedServers

POSTGRES_IMAGE: Final = "postgres:18"
VALKEY_IMAGE: Final = "valkey/valkey:9"


class Source(Enum):
    """Where servers come from, in the words of pytest's header."""

    EXTERNAL = "those of DATABASE_URL and REDIS_URL"
    CONTAINERS = f"containers of {POSTGRES_IMAGE} and {VALKEY_IMAGE}"
    EMBEDDED = "embedded Postgres and Valkey"


class Servers(msgspec.Struct, frozen=True):
    """``owner`` may create databases and roles, ``app`` acts as ``forge_app``."""

    source: Source
    owner: str
    app: str
    redis_url: str


class ServersMisconfigured(Exception):
    """The addresses given are not ones the suite may use."""


def choose(environ: Mapping[str, str], docker_answers: Callable[[], bool]) -> Source:
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if environ.get(name)]
    if len(given) == 1:
        raise ServersMisconfigured(f"{given[0]} stands alone: set DATABASE_URL and REDIS_URL.")
    if given:
        return Source.EXTERNAL
    return Source.CONTAINERS if docker_answers() else Source.EMBEDDED


@contextmanager
def run_servers(source: Source, environ: Mapping[str, str]) -> Iterator[Servers]:
    """Run the servers of a source. Containers that do not start give way to the embedded ones."""
    with ExitStack() as stack:
        if source is Source.EXTERNAL:
            yield _external(environ)
        elif source is Source.CONTAINERS and (servers := _containers(stack)):
            yield servers
        else:
            yield _embedded(stack)


def as_app_role(conninfo: str) -> str:
    """Connect as the owner does, then give up all but the application role's rights."""
    options = conninfo_to_dict(conninfo).get("options") or ""
    return make_conninfo(conninfo, options=f"{options} -c role=forge_app".strip())


def _external(environ: Mapping[str, str]) -> Servers:
    owner, redis_url = environ["DATABASE_URL"], database_of_worker(environ["REDIS_URL"], environ)
    with Redis.from_url(redis_url) as redis:
        if redis.dbsize():
            raise ServersMisconfigured("REDIS_URL's database holds keys, and tests empty it.")
    return Servers(Source.EXTERNAL, owner, as_app_role(owner), redis_url)


def database_of_worker(redis_url: str, environ: Mapping[str, str]) -> str:
    """Take the logical database as many after the one named as there are workers before this."""
    nth = int(environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    place = urlsplit(redis_url)
    if place.scheme == "unix":
        named = int(parse_qs(place.query).get("db", ["0"])[0])
        return f"{redis_url.partition('?')[0]}?db={named + nth}"
    return urlunsplit(place._replace(path=f"/{int(place.path.strip('/') or 0) + nth}"))


def _containers(stack: ExitStack) -> Servers | None:
    try:
        with warnings.catch_warnings(action="ignore"), ExitStack() as started:
            servers = _start_containers(started)
            stack.push(started.pop_all())
    except Exception:  # noqa: BLE001 - no image, no network, no space: whatever it is, we can go on
        return None
    return servers


def _start_containers(stack: ExitStack) -> Servers:
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - slow import
    from testcontainers.community.redis import RedisContainer  # noqa: PLC0415 - slow import

    postgres = stack.enter_context(PostgresContainer(POSTGRES_IMAGE, driver=None))
    valkey = stack.enter_context(RedisContainer(VALKEY_IMAGE))
    owner = postgres.get_connection_url()
    host, port = valkey.get_container_host_ip(), valkey.get_exposed_port(valkey.port)
    return Servers(Source.CONTAINERS, owner, as_app_role(owner), f"redis://{host}:{port}/0")


def _embedded(stack: ExitStack) -> Servers:
    embedded = stack.enter_context(EmbeddedServers(stack.enter_context(_traversable_directory())))
    return Servers(
        Source.EMBEDDED,
        embedded.database_url("owner"),
        embedded.database_url("app"),
        embedded.redis_url,
    )


@contextmanager
def _traversable_directory() -> Iterator[Path]:
    """Make one that the account Postgres runs as can enter; pytest's own are for us alone."""
    directory = Path(tempfile.mkdtemp(prefix="forge-tests-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
