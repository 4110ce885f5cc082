"""A database made beside the one in use, and put in its place once it is all that it should be.

The two change names in one transaction, so whatever ends this half-way, the one in use is either as
it was or the new one. What an attempt that was killed left behind, the next one takes away.
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
PARTING_SECONDS: Final = 1.0
PAUSE: Final = 0.02
MAX_NAME: Final = 48
"""Of the 63 bytes that a name may have, with what is put behind it."""
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


class Staging:
    """``name`` is that of the database in use, ``beside`` of the one that is to replace it."""

    def __init__(self, connection: Connection[Any], name: str) -> None:
        self.name = name
        self.beside = f"{name[:MAX_NAME]}_restoring"
        self._before = f"{name[:MAX_NAME]}_replaced"
        self._connection = connection

    def put_in_place(self) -> None:
        """Let it be the database in use, and drop the one before; raises ``DatabaseInUse``."""
        name, beside, before = map(Identifier, (self.name, self.beside, self._before))
        try:
            with self._connection.transaction():
                self._connection.execute(RENAME.format(name, before))
                self._connection.execute(RENAME.format(beside, name))
        except ObjectInUse as error:
            raise _in_use(self.name) from error
        self._connection.execute(DROP.format(before))

    def make(self) -> None:
        self.take_away()
        self._connection.execute(ROLE)
        self._connection.execute(CREATE.format(Identifier(self.beside)))

    def take_away(self) -> None:
        for name in (self.beside, self._before):
            self._connection.execute(DROP.format(Identifier(name)))


@contextmanager
def staging(conninfo: str) -> Iterator[Staging]:
    """Make an empty database beside that of the owner's ``conninfo``; afterwards it is gone again.

    Raises ``DatabaseInUse`` when anybody is connected to the one in use, or does the same.
    """
    with Connection.connect(conninfo) as connection:
        name = connection.info.dbname
    with Connection.connect(
        make_conninfo(conninfo, dbname=MAINTENANCE), autocommit=True
    ) as connection:
        if not _told(connection, ONLY_ONE, name):
            raise DatabaseInUse(f"Another restore or import into {name} is under way.")
        _require_unused(connection, name)
        made = Staging(connection, name)
        made.make()
        try:
            yield made
        finally:
            made.take_away()


def require_no_events(conninfo: str, remedy: str) -> None:
    """Raise ``DatabaseNotEmpty`` when the database has a log with anything in it."""
    with Connection.connect(conninfo) as connection:
        if _told(connection, LOG) and _told(connection, EVENTS):
            raise DatabaseNotEmpty(
                f"The log of the database {connection.info.dbname} is not empty: {remedy}."
            )


def _require_unused(connection: Connection[Any], name: str) -> None:
    """Leave those who have just gone the time it takes the server to see it."""
    deadline = time.monotonic() + PARTING_SECONDS
    while _told(connection, OTHERS, name):
        if time.monotonic() > deadline:
            raise _in_use(name)
        time.sleep(PAUSE)


def _told(connection: Connection[Any], query: LiteralString, *parameters: str) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return row and row[0]


def _in_use(name: str) -> DatabaseInUse:
    return DatabaseInUse(
        f"Processes are connected to the database {name}: stop what serves from it (`forge serve`, "
        "api, projector, worker) and whatever else is, then try again."
    )
