"""The migrations runner against a real database, each test with a directory of its own."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.postgres.migration_files import (
    Migration,
    MigrationChanged,
    MigrationMissing,
    MigrationOutOfOrder,
    MigrationUnreadable,
)
from adapters.postgres.migrator import (
    LockTimeouts,
    MigrationFailed,
    MigrationsBusy,
    migrate,
    pending,
)
from tests.support.servers.databases import Database

CATS = {"0001_cats": "CREATE TABLE cats (name text)"}
DOGS = {"0002_dogs": "CREATE TABLE dogs (name text)"}
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = %s"
TAKE_RUNNER_LOCK = "SELECT pg_advisory_lock(hashtext('forge_migrations'))"
BRIEF = LockTimeouts(other_runner=0.05, table_lock=0.05, pauses=())


@pytest.fixture
def conninfo(empty_database: Database) -> str:
    return empty_database.owner


@pytest.fixture
def other(conninfo: str) -> Iterator[Connection]:
    """Open a second connection, whose locks can block the runner."""
    with Connection.connect(conninfo, autocommit=True) as connection:
        yield connection


def write_files(directory: Path, files: Mapping[str, str]) -> Path:
    """Make these the directory's only files."""
    for file in directory.iterdir():
        file.unlink()
    for name, sql in files.items():
        (directory / f"{name}.sql").write_text(sql)
    return directory


def tables(connection: Connection) -> set[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {name for (name,) in rows} - {"forge_migrations"}


def numbers(migrations: Sequence[Migration]) -> list[int]:
    return [migration.number for migration in migrations]


def until_waiting(connection: Connection, locktype: str) -> None:
    deadline = time.monotonic() + 10
    while connection.execute(WAITING, (locktype,)).fetchone() == (0,):
        assert time.monotonic() < deadline, "No connection waits for the lock."


def test_files_run_once_in_order_and_are_reported_as_they_commit(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    directory, reported = write_files(tmp_path, CATS | DOGS), list[Migration]()

    applied = migrate(conninfo, directory, reported.append)

    assert numbers(applied) == numbers(reported) == [1, 2]
    assert tables(other) == {"cats", "dogs"}
    assert migrate(conninfo, directory, reported.append) == []


def test_a_file_added_later_is_all_that_runs(conninfo: str, tmp_path: Path) -> None:
    migrate(conninfo, write_files(tmp_path, CATS))

    assert numbers(migrate(conninfo, write_files(tmp_path, CATS | DOGS))) == [2]


def test_a_failing_file_is_named_and_leaves_nothing_of_itself(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    directory = write_files(tmp_path, CATS | {"0002_broken": DOGS["0002_dogs"] + "; SELECT 1 / 0"})

    with pytest.raises(MigrationFailed, match=r"0002_broken\.sql.*division by zero"):
        migrate(conninfo, directory)

    assert tables(other) == {"cats"}
    assert numbers(migrate(conninfo, write_files(directory, CATS | DOGS))) == [2]


@pytest.mark.parametrize(
    "files",
    [
        {"0001_cats": "CREATE TABLE tigers (name text)"} | DOGS,
        {"0001_felines": CATS["0001_cats"]} | DOGS,
    ],
    ids=["edited", "renamed"],
)
def test_an_applied_file_that_changed_is_refused_by_name(
    conninfo: str, other: Connection, tmp_path: Path, files: Mapping[str, str]
) -> None:
    migrate(conninfo, write_files(tmp_path, CATS))

    with pytest.raises(MigrationChanged, match=r"0001_cats\.sql"):
        migrate(conninfo, write_files(tmp_path, files))

    assert tables(other) == {"cats"}


def test_an_applied_file_that_is_missing_is_refused_by_name(conninfo: str, tmp_path: Path) -> None:
    migrate(conninfo, write_files(tmp_path, CATS | DOGS))

    with pytest.raises(MigrationMissing, match=r"0002_dogs\.sql"):
        migrate(conninfo, write_files(tmp_path, CATS))


def test_a_file_applied_before_its_predecessor_is_refused_by_name(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    migrate(conninfo, write_files(tmp_path, CATS | DOGS))
    other.execute("DELETE FROM forge_migrations WHERE number = 1")

    with pytest.raises(MigrationOutOfOrder, match=r"0002_dogs\.sql is applied, 0001_cats\.sql"):
        migrate(conninfo, tmp_path)


@pytest.mark.parametrize(
    "name", ["0003_gap", "0001_twin", "2_short", "0002-dashed", "0002_Capital"]
)
def test_numbering_with_gaps_twins_or_other_names_is_refused(
    conninfo: str, other: Connection, tmp_path: Path, name: str
) -> None:
    with pytest.raises(MigrationUnreadable, match=name):
        migrate(conninfo, write_files(tmp_path, CATS | {name: "SELECT 1"}))

    assert tables(other) == set()


@pytest.mark.parametrize("statement", ["COMMIT;", "begin ;", "Start Transaction;", "\tROLLBACK;"])
def test_a_file_that_would_end_its_own_transaction_is_refused(
    conninfo: str, tmp_path: Path, statement: str
) -> None:
    with pytest.raises(MigrationUnreadable, match="0002_loose"):
        migrate(conninfo, write_files(tmp_path, CATS | {"0002_loose": f"SELECT 1;\n{statement}\n"}))


def test_blocks_of_functions_and_percent_signs_are_no_trouble(
    conninfo: str, tmp_path: Path
) -> None:
    block = "DO $$\nBEGIN\n    RAISE DEBUG '%', 10 % 3;\nEND;\n$$;"

    assert numbers(migrate(conninfo, write_files(tmp_path, {"0001_block": block}))) == [1]


def test_a_second_runner_waits_and_then_finds_everything_applied(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    directory = write_files(tmp_path, CATS | DOGS)
    other.execute(TAKE_RUNNER_LOCK)

    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(migrate, conninfo, directory) for _ in range(3)]
        until_waiting(other, "advisory")
        other.execute("SELECT pg_advisory_unlock_all()")

    assert sorted(numbers(run.result()) for run in runs) == [[], [], [1, 2]]


def test_a_runner_that_waited_long_enough_says_so(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    other.execute(TAKE_RUNNER_LOCK)

    with pytest.raises(MigrationsBusy, match=r"0\.05 s"):
        migrate(conninfo, write_files(tmp_path, CATS), timeouts=BRIEF)


def test_a_busy_table_is_tried_again_until_it_is_free(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    migrate(conninfo, write_files(tmp_path, CATS))
    directory = write_files(tmp_path, CATS | {"0002_age": "ALTER TABLE cats ADD COLUMN age int"})
    persistent = LockTimeouts(table_lock=0.05, pauses=(0.05,) * 200)

    with ThreadPoolExecutor() as pool, other.transaction():
        other.execute("SELECT * FROM cats")
        run = pool.submit(migrate, conninfo, directory, timeouts=persistent)
        until_waiting(other, "relation")
        assert not run.done()

    assert numbers(run.result()) == [2]


def test_a_table_that_stays_busy_fails_the_file(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    migrate(conninfo, write_files(tmp_path, CATS))
    directory = write_files(tmp_path, CATS | {"0002_age": "ALTER TABLE cats ADD COLUMN age int"})

    with other.transaction():
        other.execute("SELECT * FROM cats")
        with pytest.raises(MigrationFailed, match=r"0002_age\.sql.*lock timeout"):
            migrate(conninfo, directory, timeouts=BRIEF)


def test_a_long_file_outlives_a_statement_timeout_of_the_connection(
    conninfo: str, tmp_path: Path
) -> None:
    conninfo = make_conninfo(conninfo, options="-c statement_timeout=20ms")
    slow = {"0001_slow": "SELECT pg_sleep(0.1)"}

    assert numbers(migrate(conninfo, write_files(tmp_path, slow))) == [1]


def test_all_files_are_pending_where_none_was_ever_applied(conninfo: str, tmp_path: Path) -> None:
    assert numbers(pending(conninfo, write_files(tmp_path, CATS | DOGS))) == [1, 2]


def test_what_is_pending_is_seen_by_a_role_without_any_rights(
    conninfo: str, other: Connection, tmp_path: Path
) -> None:
    migrate(conninfo, write_files(tmp_path, CATS))
    role = f"reader_{uuid4().hex}"
    other.execute(SQL("CREATE ROLE {}").format(Identifier(role)))
    try:
        reader = make_conninfo(conninfo, options=f"-c role={role}")
        assert numbers(pending(reader, write_files(tmp_path, CATS | DOGS))) == [2]
    finally:
        other.execute(SQL("DROP ROLE {}").format(Identifier(role)))


def test_a_database_ahead_of_the_files_has_nothing_pending(conninfo: str, tmp_path: Path) -> None:
    migrate(conninfo, write_files(tmp_path, CATS | DOGS))

    assert pending(conninfo, write_files(tmp_path, CATS)) == []
