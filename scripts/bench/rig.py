"""Test rig: the embedded servers that all rows of a run share, with durable settings."""

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
from adapters.postgres import migrator
from scripts.bench.disk import fsync_microseconds
from scripts.bench.processes import load_core
from scripts.config.options import read_settings
from scripts.config.secrets import load_or_create_secrets

DISK_DIRECTORY: Final = Path("/var/tmp")  # noqa: S108 - /tmp may be memory, where fsync costs nothing  # nosec B108


class Database(msgspec.Struct, frozen=True):
    """Connection URLs of one database, by role."""

    owner: str
    app: str


class RunPlan(msgspec.Struct, frozen=True):
    """Number of rounds, and seconds for each."""

    rounds: int
    seconds: float


class Rig(msgspec.Struct, frozen=True):
    directory: Path
    servers: EmbeddedServers
    load_core: str
    plan: RunPlan
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
        """Create a migrated database for one row; drop it at the end."""
        name = f"forge_bench_{uuid.uuid4().hex}"
        with Connection.connect(self.main.owner, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
            try:
                owner = make_conninfo(self.main.owner, dbname=name)
                migrator.migrate(owner)
                yield Database(owner, make_conninfo(self.main.app, dbname=name))
            finally:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def open_rig(plan: RunPlan, say: Callable[[str], None]) -> Iterator[Rig]:
    """Start the servers on an empty data directory; delete everything at the end."""
    directory = Path(tempfile.mkdtemp(prefix="forge-bench-", dir=_temporary_directory()))
    directory.chmod(0o755)  # as root, Postgres runs as another account
    try:
        with EmbeddedServers(directory / "data") as servers:
            migrator.migrate(servers.database_url("owner"))
            yield Rig(directory, servers, load_core(), plan, say)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _temporary_directory() -> Path | None:
    return DISK_DIRECTORY if DISK_DIRECTORY.is_dir() else None
