"""Migrations: applies each numbered SQL file once, in order, in its own transaction.

Processes that start together queue on a session advisory lock, and the second finds all files
applied. The connection must be direct: a transaction pooler would give the lock to another client.
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
from adapters.postgres.migration_files import AppliedMigration, Migration, MigrationRefused

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
    """Another process has held the migration lock for too long."""


class MigrationFailed(MigrationRefused):
    """The database refused a file, which is rolled back; those before it stay applied."""


class LockTimeouts(msgspec.Struct, frozen=True):
    """Lock timeouts, in seconds.

    A statement that waits for a table's lock makes every later query on the table wait behind it,
    so it gives up after ``table_lock`` and is retried after each of ``pauses``.
    """

    other_runner: float = 600.0
    table_lock: float = 5.0
    pauses: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)


def _ignore(_: Migration) -> None:
    pass


def migrate(
    conninfo: str,
    directory: Path = DIRECTORY,
    report: Callable[[Migration], None] = _ignore,
    timeouts: LockTimeouts = LockTimeouts(),  # noqa: B008 - frozen, so one for all calls is safe
) -> list[Migration]:
    """Apply the pending files and return them; ``report`` is called after each commit."""
    migrations = migration_files.read_migrations(directory)
    with _runner_lock(conninfo, timeouts) as connection:
        applied = _read_applied(connection)
        if not applied:
            connection.execute(TABLE)
        missing = migration_files.find_pending(migrations, applied)
        for migration in missing:
            _apply(connection, migration, timeouts)
            report(migration)
    return missing


def pending(conninfo: str, directory: Path = DIRECTORY) -> list[Migration]:
    """Return the files that are not applied. For probes: one query, which needs SELECT only.

    A database ahead of this release has none pending: old processes go on during a roll-out.
    """
    with Connection.connect(conninfo, autocommit=True) as connection:
        applied = {row.number for row in _read_applied(connection)}
    return [
        file for file in migration_files.read_migrations(directory) if file.number not in applied
    ]


@contextmanager
def _runner_lock(conninfo: str, timeouts: LockTimeouts) -> Iterator[Connection]:
    with Connection.connect(conninfo, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute(LOCK_TIMEOUT, (_milliseconds(timeouts.other_runner), False))
        try:
            connection.execute("SELECT pg_advisory_lock(hashtext('forge_migrations'))")
        except LockNotAvailable as error:
            raise MigrationsBusy(
                f"Another process has been migrating for {timeouts.other_runner:g} s."
            ) from error
        yield connection  # closing the connection releases the lock


def _apply(connection: Connection, migration: Migration, timeouts: LockTimeouts) -> None:
    try:
        _run_with_retries(connection, migration, timeouts)
    except Error as error:
        raise MigrationFailed(f"{migration.name}.sql failed: {error}") from error


def _run_with_retries(connection: Connection, migration: Migration, timeouts: LockTimeouts) -> None:
    for pause in timeouts.pauses:
        with suppress(LockNotAvailable, DeadlockDetected):
            return _run(connection, migration, timeouts)
        time.sleep(pause)
    return _run(connection, migration, timeouts)


def _run(connection: Connection, migration: Migration, timeouts: LockTimeouts) -> None:
    with connection.transaction():
        connection.execute(LOCK_TIMEOUT, (_milliseconds(timeouts.table_lock), True))
        connection.execute(migration.sql)
        connection.execute(RECORD, (migration.number, migration.name, migration.checksum))


def _milliseconds(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms"


def _read_applied(connection: Connection) -> list[AppliedMigration]:
    """Return the applied migrations; none for a new database."""
    with (
        connection.cursor(row_factory=class_row(AppliedMigration)) as cursor,
        suppress(UndefinedTable),
    ):
        return cursor.execute(APPLIED).fetchall()
    return []
