"""What every row of a run is measured on: one Postgres with durable settings."""

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.crypto.secret_files import Secrets
from adapters.embedded.servers import EmbeddedServers
from adapters.postgres import migrations as postgres_migrations
from scripts.bench.disk import fsync_microseconds
from scripts.bench.processes import load_core
from scripts.config.options import read_settings
from scripts.config.secrets import load_or_create_secrets

ON_DISK: Final = Path("/var/tmp")  # noqa: S108 - /tmp may be memory, where fsync costs nothing  # nosec B108


class Database(msgspec.Struct, frozen=True):
    owner: str
    app: str


class Plan(msgspec.Struct, frozen=True):
    """How long to measure: rounds that take turns, and seconds for each."""

    rounds: int
    seconds: float


class Rig(msgspec.Struct, frozen=True):
    directory: Path
    servers: EmbeddedServers
    load_core: str
    plan: Plan
    say: Callable[[str], None]

    @property
    def data_dir(self) -> Path:
        return self.directory / "data"

    @property
    def secrets(self) -> Secrets:
        return load_or_create_secrets(read_settings(self.data_dir))

    @property
    def main(self) -> Database:
        """The database that ``forge serve`` uses."""
        return Database(self.servers.database_url("owner"), self.servers.database_url("app"))

    def log(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def fsync_us(self) -> float:
        return fsync_microseconds(self.directory)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Make a migrated database for one row alone."""
        name = f"forge_bench_{uuid.uuid4().hex}"
        with Connection.connect(self.main.owner, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            try:
                owner = make_conninfo(self.main.owner, dbname=name)
                postgres_migrations.migrate(owner)
                yield Database(owner, make_conninfo(self.main.app, dbname=name))
            finally:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def rig(plan: Plan, say: Callable[[str], None]) -> Iterator[Rig]:
    """Start the servers on an empty data directory; take everything away at the end."""
    directory = Path(tempfile.mkdtemp(prefix="forge-bench-", dir=_place()))
    directory.chmod(0o755)  # as root, Postgres runs as another account
    try:
        with EmbeddedServers(directory / "data") as servers:
            postgres_migrations.migrate(servers.database_url("owner"))
            yield Rig(directory, servers, load_core(), plan, say)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _place() -> Path | None:
    return ON_DISK if ON_DISK.is_dir() else None
