"""Staging database: created beside the one in use, and swapped in once it is complete.

The two exchange names in one transaction, so after an interruption the database in use is either
unchanged or the new one. The next attempt drops what a killed one left behind.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString

from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.errors import ObjectInUse
from psycopg.sql import SQL, Identifier

from adapters.backup.backup_errors import DatabaseInUse, DatabaseNotEmpty

MAINTENANCE: Final = "postgres"
DISCONNECT_SECONDS: Final = 1.0
PAUSE: Final = 0.02
MAX_NAME: Final = 48
"""Bytes of the name, which may have 63 with the suffix."""
ROLE: Final[LiteralString] = """
    DO $$
    BEGIN
        CREATE ROLE forge_app LOGIN;
        GRANT forge_app TO CURRENT_USER;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END $$
"""
ONLY_ONE: Final[LiteralString] = """
    SELECT pg_try_advisory_lock(hashtext('forge_staging'), hashtext(%s))
"""
OTHERS: Final[LiteralString] = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL
"""
LOG: Final[LiteralString] = "SELECT to_regclass('public.forge_events') IS NOT NULL"
EVENTS: Final[LiteralString] = "SELECT count(*) FROM (SELECT FROM forge_events LIMIT 1) e"
CREATE: Final = SQL("CREATE DATABASE {} TEMPLATE template0")
DROP: Final = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
RENAME: Final = SQL("ALTER DATABASE {} RENAME TO {}")


class StagingDatabase:
    """The database that is to replace the one in use, which is called ``name``."""

    def __init__(self, connection: Connection[Any], name: str) -> None:
        self.name = name
        self.staging_name = f"{name[:MAX_NAME]}_restoring"
        self._replaced_name = f"{name[:MAX_NAME]}_replaced"
        self._connection = connection

    def swap_in(self) -> None:
        """Make it the database in use, and drop the former one; raises ``DatabaseInUse``."""
        name, staged, replaced = map(
            Identifier, (self.name, self.staging_name, self._replaced_name)
        )
        try:
            with self._connection.transaction():
                self._connection.execute(RENAME.format(name, replaced))
                self._connection.execute(RENAME.format(staged, name))
        except ObjectInUse as error:
            raise _in_use(self.name) from error
        self._connection.execute(DROP.format(replaced))

    def create(self) -> None:
        self.drop()
        self._connection.execute(ROLE)
        self._connection.execute(CREATE.format(Identifier(self.staging_name)))

    def drop(self) -> None:
        for name in (self.staging_name, self._replaced_name):
            self._connection.execute(DROP.format(Identifier(name)))


@contextmanager
def staging_database(conninfo: str) -> Iterator[StagingDatabase]:
    """Create an empty staging database while entered; unless swapped in, it is dropped afterwards.

    ``conninfo`` is the owner's. Raises ``DatabaseInUse`` when processes are connected to the
    database in use, or another restore is under way.
    """
    with Connection.connect(conninfo) as connection:
        name = connection.info.dbname
    with Connection.connect(
        make_conninfo(conninfo, dbname=MAINTENANCE), autocommit=True
    ) as connection:
        if not _scalar(connection, ONLY_ONE, name):
            raise DatabaseInUse(f"Another restore or import into {name} is under way.")
        _require_unused(connection, name)
        database = StagingDatabase(connection, name)
        database.create()
        try:
            yield database
        finally:
            database.drop()


def require_no_events(conninfo: str, remedy: str) -> None:
    """Raise ``DatabaseNotEmpty`` when the database has events; ``remedy`` ends the message."""
    with Connection.connect(conninfo) as connection:
        if _scalar(connection, LOG) and _scalar(connection, EVENTS):
            raise DatabaseNotEmpty(
                f"The log of the database {connection.info.dbname} is not empty: {remedy}."
            )


def _require_unused(connection: Connection[Any], name: str) -> None:
    """Wait a moment for the server to notice connections that have just been closed."""
    deadline = time.monotonic() + DISCONNECT_SECONDS
    while _scalar(connection, OTHERS, name):
        if time.monotonic() > deadline:
            raise _in_use(name)
        time.sleep(PAUSE)


def _scalar(connection: Connection[Any], query: LiteralString, *parameters: str) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return row and row[0]


def _in_use(name: str) -> DatabaseInUse:
    return DatabaseInUse(
        f"Processes are connected to the database {name}: stop the services that use it "
        "(`forge serve`, api, projector, worker) and other clients, then try again."
    )
