"""Bring a database to this release: each numbered SQL file once, in order, in its own transaction.

Processes that start together queue on a session advisory lock, so it needs a direct connection (a
transaction pooler would hand the lock to a stranger); whoever comes second finds all applied.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec
from psycopg import Connection, Error
from psycopg.errors import DeadlockDetected, LockNotAvailable, UndefinedTable
from psycopg.rows import class_row

from adapters.postgres import migration_files
from adapters.postgres.migration_files import Applied, Migration, MigrationRefused

DIRECTORY: Final = Path(__file__).parent / "migrations"
TABLE: Final = """
    CREATE TABLE IF NOT EXISTS forge_migrations (
        number int PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now());
    GRANT SELECT ON forge_migrations TO PUBLIC
"""
APPLIED: Final = "SELECT number, name, checksum FROM forge_migrations ORDER BY number"
LOCK_TIMEOUT: Final = "SELECT set_config('lock_timeout', %s, %s)"  # true: for this transaction
RECORD: Final = "INSERT INTO forge_migrations (number, name, checksum) VALUES (%s, %s, %s)"


class MigrationsBusy(MigrationRefused):
    """Another process holds the runner's lock for longer than anyone should wait."""


class MigrationFailed(MigrationRefused):
    """The database refused a file; nothing of it is left, those before it stay applied."""


class Patience(msgspec.Struct, frozen=True):
    """How long to wait for others, in seconds.

    A statement that queues for a table's lock makes every later query on the table queue behind it,
    so it gives up after ``table_lock`` and comes again after each of ``pauses``.
    """

    other_runner: float = 600.0
    table_lock: float = 5.0
    pauses: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)


def _silent(_: Migration) -> None:
    pass


def migrate(
    conninfo: str,
    directory: Path = DIRECTORY,
    report: Callable[[Migration], None] = _silent,
    patience: Patience = Patience(),  # noqa: B008 - frozen, so one for all calls is safe
) -> list[Migration]:
    """Apply what is missing and return it; ``report`` hears of each file once it is committed."""
    migrations = migration_files.read(directory)
    with _only_runner(conninfo, patience) as connection:
        applied = _applied(connection)
        if not applied:
            connection.execute(TABLE)
        missing = migration_files.not_applied(migrations, applied)
        for migration in missing:
            _apply(connection, migration, patience)
            report(migration)
    return missing


def pending(conninfo: str, directory: Path = DIRECTORY) -> list[Migration]:
    """Return the files this database has not seen. For probes: one query, SELECT is enough.

    A database ahead of this release has nothing pending: old processes go on during a roll-out.
    """
    with Connection.connect(conninfo, autocommit=True) as connection:
        applied = {row.number for row in _applied(connection)}
    return [file for file in migration_files.read(directory) if file.number not in applied]


@contextmanager
def _only_runner(conninfo: str, patience: Patience) -> Iterator[Connection]:
    with Connection.connect(conninfo, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute(LOCK_TIMEOUT, (_milliseconds(patience.other_runner), False))
        try:
            connection.execute("SELECT pg_advisory_lock(hashtext('forge_migrations'))")
        except LockNotAvailable as error:
            raise MigrationsBusy(
                f"Another process has been migrating for {patience.other_runner:g} s."
            ) from error
        yield connection  # closing the connection gives the lock back


def _apply(connection: Connection, migration: Migration, patience: Patience) -> None:
    try:
        _run_patiently(connection, migration, patience)
    except Error as error:
        raise MigrationFailed(f"{migration.name}.sql failed: {error}") from error


def _run_patiently(connection: Connection, migration: Migration, patience: Patience) -> None:
    for pause in patience.pauses:
        with suppress(LockNotAvailable, DeadlockDetected):
            return _run(connection, migration, patience)
        time.sleep(pause)
    return _run(connection, migration, patience)


def _run(connection: Connection, migration: Migration, patience: Patience) -> None:
    with connection.transaction():
        connection.execute(LOCK_TIMEOUT, (_milliseconds(patience.table_lock), True))
        connection.execute(migration.sql)
        connection.execute(RECORD, (migration.number, migration.name, migration.checksum))


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


def _applied(connection: Connection) -> list[Applied]:
    """Return the history, which of a database never migrated is empty."""
    with connection.cursor(row_factory=class_row(Applied)) as cursor, suppress(UndefinedTable):
        return cursor.execute(APPLIED).fetchall()
    return []
