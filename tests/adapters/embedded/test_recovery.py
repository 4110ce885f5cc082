"""Embedded servers after killed processes: none is left running, nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from adapters.embedded.data_directory_lock import DataDirectoryLock
from adapters.embedded.errors import ServersNotRunning
from adapters.embedded.servers import EmbeddedServers
from tests.adapters.embedded.support import AnotherProcess, parent, server_pids
from tests.support.operating_system import alive, passable_directory
from tests.support.waiting import wait_until

ENDLESS = b"SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000000) b"


@pytest.fixture
def place() -> Iterator[Path]:
    with passable_directory() as directory:
        yield directory


@pytest.mark.parametrize("victims", ["the owner", "every process"])
def test_after_a_sigkill_the_next_start_finds_what_was_committed(place: Path, victims: str) -> None:
    """Killing every process leaves a busy backend, too, which holds on to shared memory."""
    owner = AnotherProcess(place)
    _, database_url, redis_url = owner.answer()
    servers = server_pids(place, redis_url)
    with Redis.from_url(redis_url) as valkey:
        valkey.set("kept", "42")
        valkey.execute_command("WAITAOF", 1, 0, 2000)
    with closing(psycopg.connect(database_url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.pgconn.send_query(ENDLESS)
        if victims == "every process":
            for pid in (*map(parent, servers), *servers):
                os.kill(pid, signal.SIGKILL)
        owner.kill()

    with EmbeddedServers(place) as recovered:
        assert recovered.owner
        assert not any(map(alive, servers))
        with psycopg.connect(recovered.database_url()) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        with Redis.from_url(recovered.redis_url, decode_responses=True) as valkey:
            assert valkey.get("kept") == "42"


def test_without_a_next_start_the_servers_of_a_killed_owner_end_as_well(place: Path) -> None:
    owner = AnotherProcess(place)
    _, _, redis_url = owner.answer()
    servers = server_pids(place, redis_url)

    owner.kill()

    wait_until(lambda: not any(map(alive, servers)))
    with pytest.raises(ServersNotRunning):
        EmbeddedServers.attach(place)


def test_a_forked_child_of_the_owner_keeps_neither_the_servers_nor_the_lock(place: Path) -> None:
    program = [sys.executable, "-m", "tests.adapters.embedded.forking_owner", str(place)]
    died = subprocess.run(program, stdout=subprocess.PIPE, check=False)  # noqa: S603  our program
    child = int(died.stdout)

    assert died.returncode == -signal.SIGKILL
    wait_until(lambda: not DataDirectoryLock(place).is_held())
    assert alive(child)
    os.kill(child, signal.SIGKILL)


def test_a_server_that_ends_on_its_own_is_named_and_its_neighbour_stopped(place: Path) -> None:
    with EmbeddedServers(place) as servers:
        postgres, valkey = server_pids(place, servers.redis_url)
        os.kill(valkey, signal.SIGKILL)
        wait_until(lambda: servers.failed_servers() == ["valkey"])

    assert not alive(postgres)
    assert not (place / "run").exists()
