"""Embedded Postgres and Valkey: ownership, durability, permissions, stale directories."""

import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis.exceptions
from psycopg.errors import InsufficientPrivilege
from redis import Redis

from adapters.embedded.binaries import POSTGRES, POSTGRES_PARTS, copy_programs, postgres_programs
from adapters.embedded.data_directory_lock import DataDirectoryLock
from adapters.embedded.errors import DataDirectoryRefused, ServersNotRunning
from adapters.embedded.os_account import current_account, first_barrier
from adapters.embedded.servers import EmbeddedServers
from tests.adapters.embedded.support import ROOT, STRANGER, AnotherProcess, as_stranger
from tests.support.operating_system import passable_directory

DURABLE_POSTGRES = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
DURABLE_VALKEY = {
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
}


@pytest.fixture
def place() -> Iterator[Path]:
    with passable_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with passable_directory() as directory:
        yield directory / "data"


@pytest.fixture(scope="module")
def servers(data_dir: Path) -> Iterator[EmbeddedServers]:
    """Start them in a thread that ends at once, as `forge serve` does."""
    servers = EmbeddedServers(data_dir)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(servers.__enter__).result()
    yield servers
    servers.__exit__()


def test_both_servers_answer_and_outlive_the_thread_that_started_them(
    servers: EmbeddedServers,
) -> None:
    with psycopg.connect(servers.database_url()) as owner:
        assert owner.execute("SELECT current_user, current_database()").fetchone() == (
            "forge",
            "forge",
        )
    with psycopg.connect(servers.database_url("app")) as app:
        assert app.execute("SELECT current_user").fetchone() == ("forge_app",)
    with Redis.from_url(servers.redis_url) as valkey:
        assert valkey.ping()
    assert servers.owner
    assert servers.failed_servers() == []


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE t ()", "CREATE TEMP TABLE t ()", "CREATE SCHEMA s", "CREATE ROLE r"],
)
def test_the_application_may_log_in_and_nothing_else(
    servers: EmbeddedServers, statement: str
) -> None:
    with (
        psycopg.connect(servers.database_url("app")) as app,
        pytest.raises(InsufficientPrivilege),
    ):
        app.execute(statement.encode())


def test_what_is_acknowledged_is_on_disk(servers: EmbeddedServers) -> None:
    with psycopg.connect(servers.database_url("app")) as app:
        query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
        assert dict(app.execute(query, [[*DURABLE_POSTGRES]]).fetchall()) == DURABLE_POSTGRES
    with Redis.from_url(servers.redis_url, decode_responses=True) as valkey:
        assert valkey.config_get(*DURABLE_VALKEY) == DURABLE_VALKEY


def test_a_second_process_attaches_and_leaves_the_servers_running(
    servers: EmbeddedServers, data_dir: Path
) -> None:
    second = AnotherProcess(data_dir)

    assert second.answer() == (False, servers.database_url(), servers.redis_url)
    second.leave()
    with psycopg.connect(servers.database_url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_running_servers_are_found_without_starting_any(
    servers: EmbeddedServers, data_dir: Path
) -> None:
    found = EmbeddedServers.attach(data_dir)

    assert found.redis_url == servers.redis_url
    assert found.database_url("app") == servers.database_url("app")


def test_without_a_running_owner_nothing_is_started(place: Path) -> None:
    with pytest.raises(ServersNotRunning, match=str(place)):
        EmbeddedServers.attach(place)
    assert [*place.iterdir()] == []


def test_no_other_account_reaches_either_server(servers: EmbeddedServers, data_dir: Path) -> None:
    """Only root can try; any account can read the permissions."""
    sockets = data_dir / "run"
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert stat.S_IMODE((sockets / "valkey.sock").stat().st_mode) == 0o700
    assert (data_dir / "pg_hba.conf").read_text() == "local all forge,forge_app peer map=forge\n"
    if ROOT:
        with as_stranger():
            _expect_refusal(servers, postgres="Permission denied")


def test_postgres_asks_who_calls_even_where_the_socket_is_open(
    servers: EmbeddedServers, data_dir: Path
) -> None:
    sockets = data_dir / "run"
    assert current_account().name in (data_dir / "pg_ident.conf").read_text()
    if ROOT:
        sockets.chmod(0o711)
        (sockets / ".s.PGSQL.5432").chmod(0o777)
        with as_stranger():
            _expect_refusal(servers, postgres="Peer authentication failed")
        (sockets / ".s.PGSQL.5432").chmod(0o700)
        sockets.chmod(0o700)


def test_of_four_processes_starting_at_once_one_owns_and_all_connect(place: Path) -> None:
    processes = [AnotherProcess(place / "data") for _ in range(4)]
    answers = [process.answer() for process in processes]

    for _, database_url, redis_url in answers:
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with Redis.from_url(redis_url) as valkey:
            assert valkey.ping()
    owners = [process for process, answer in zip(processes, answers, strict=True) if answer[0]]
    assert len(owners) == 1
    for process in sorted(processes, key=owners.__contains__):
        process.leave()


def test_a_path_too_long_for_a_socket_and_full_of_spaces_serves_as_well(place: Path) -> None:
    data_dir = place / ("a rather long name " * 8) / 'it\'s "quoted" %20'
    data_dir.parent.mkdir(mode=0o711)

    with EmbeddedServers(data_dir) as servers:
        with psycopg.connect(servers.database_url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with Redis.from_url(servers.redis_url) as valkey:
            assert valkey.ping()


def test_data_of_another_postgres_is_refused_and_left_alone(place: Path) -> None:
    (place / "pg").mkdir()
    (place / "pg" / "PG_VERSION").write_text("17\n")

    with pytest.raises(DataDirectoryRefused, match="Postgres 17"), EmbeddedServers(place):
        pass
    assert [path.name for path in (place / "pg").iterdir()] == ["PG_VERSION"]
    assert not DataDirectoryLock(place).is_held()


def test_a_directory_the_servers_cannot_pass_is_named(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)

    assert first_barrier(STRANGER, closed) == closed
    assert first_barrier(current_account(), closed) is None
    if ROOT:
        with pytest.raises(DataDirectoryRefused, match=str(closed)):
            EmbeddedServers(closed / "data").__enter__()


def test_copied_programs_run_where_the_environment_is_closed(place: Path) -> None:
    programs = postgres_programs(current_account(), place)
    packages = programs.parents[len(POSTGRES.parts)]

    copy = copy_programs(packages, POSTGRES_PARTS, place / "copy")

    assert first_barrier(STRANGER, copy / POSTGRES / "bin/initdb") is None
    program = copy / POSTGRES / "bin/postgres"
    version = subprocess.check_output([program, "--version"], text=True)  # noqa: S603  the copy
    assert version.startswith("postgres (PostgreSQL) 18.6")


def _expect_refusal(servers: EmbeddedServers, *, postgres: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=postgres):
        psycopg.connect(servers.database_url("app"))
    with (
        Redis.from_url(servers.redis_url) as valkey,
        pytest.raises(redis.exceptions.ConnectionError, match="Permission denied"),
    ):
        valkey.ping()
