"""A database of its own for each test: an empty one, or one cut from a migrated template.

Copied through the write-ahead log: for a database this small that took 25 ms where copying its
files, with the checkpoints this needs, took 70.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Final
from uuid import uuid4

import msgspec
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.postgres import migrator
from tests.support.servers.postgres_and_valkey import Servers

CREATE: Final = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
DROP: Final = SQL("DROP DATABASE {} WITH (FORCE)")


class Database(msgspec.Struct, frozen=True):
    """``owner`` and ``app`` are connection strings: the operator's, and the running processes'."""

    name: str
    owner: str
    app: str


class Databases:
    """Holds the session's one administrative connection, and its template once one is asked for."""

    def __init__(self, servers: Servers, connection: Connection, stack: ExitStack) -> None:
        self._servers = servers
        self._connection = connection
        self._stack = stack

    @contextmanager
    def empty(self) -> Iterator[Database]:
        with self._cut_from("template0") as database:
            yield database

    @contextmanager
    def migrated(self) -> Iterator[Database]:
        with self._cut_from(self._template) as database:
            yield database

    @contextmanager
    def copy_of(self, database: Database) -> Iterator[Database]:
        """Copy a database without connections; drop the copy afterwards."""
        with self._cut_from(database.name) as copy:
            yield copy

    @cached_property
    def _template(self) -> str:
        database = self._stack.enter_context(self.empty())
        self._connection.execute("SELECT pg_advisory_lock(hashtext('forge_test_roles'))")
        migrator.migrate(database.owner)  # roles are the whole server's
        self._connection.execute("SELECT pg_advisory_unlock(hashtext('forge_test_roles'))")
        return database.name

    @contextmanager
    def _cut_from(self, template: str) -> Iterator[Database]:
        name = f"forge_test_{uuid4().hex}"
        self._connection.execute(CREATE.format(Identifier(name), Identifier(template)))
        try:
            yield Database(
                name,
                make_conninfo(self._servers.owner, dbname=name),
                make_conninfo(self._servers.app, dbname=name),
            )
        finally:
            self._connection.execute(DROP.format(Identifier(name)))


@contextmanager
def open_databases(servers: Servers) -> Iterator[Databases]:
    with (
        Connection.connect(servers.owner, autocommit=True) as connection,
        ExitStack() as stack,
    ):
        yield Databases(servers, connection, stack)
