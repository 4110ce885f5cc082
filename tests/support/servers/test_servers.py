"""The choice of servers by the suite, and the permissions of database roles."""

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from psycopg import Connection
from redis import Redis

from tests.support.servers.databases import Database, Databases
from tests.support.servers.docker import docker_answers
from tests.support.servers.postgres_and_valkey import (
    ServersMisconfigured,
    Source,
    as_app_role,
    choose,
    database_of_worker,
)

BOTH = {"DATABASE_URL": "postgresql://db/forge", "REDIS_URL": "redis://cache/1"}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener


def address_of(listener: socket.socket) -> Mapping[str, str]:
    return {"DOCKER_HOST": f"tcp://127.0.0.1:{listener.getsockname()[1]}"}


def unasked() -> bool:
    raise AssertionError("Docker must not be asked.")


def test_named_servers_are_used_without_a_look_for_docker() -> None:
    assert choose(BOTH, unasked) is Source.EXTERNAL


def test_containers_come_before_the_embedded_servers() -> None:
    assert choose({}, lambda: True) is Source.CONTAINERS
    assert choose({"DATABASE_URL": "", "REDIS_URL": ""}, lambda: False) is Source.EMBEDDED


@pytest.mark.parametrize("name", BOTH)
def test_one_address_without_the_other_is_refused_by_name(name: str) -> None:
    with pytest.raises(ServersMisconfigured, match=f"{name} stands alone"):
        choose({name: BOTH[name]}, unasked)


@pytest.mark.parametrize(
    ("named", "own"),
    [
        ("redis://cache", "redis://cache/1"),
        ("redis://:secret@cache:6380/3", "redis://:secret@cache:6380/4"),
        ("unix:///run/valkey.sock", "unix:///run/valkey.sock?db=1"),
        ("unix:///run/valkey.sock?db=2", "unix:///run/valkey.sock?db=3"),
    ],
)
def test_each_worker_has_a_logical_database_of_its_own(named: str, own: str) -> None:
    assert database_of_worker(named, {"PYTEST_XDIST_WORKER": "gw1"}) == own


@pytest.mark.parametrize(("status", "answers"), [("200 OK", True), ("403 Forbidden", False)])
def test_docker_is_there_when_its_engine_answers(
    listener: socket.socket, status: str, *, answers: bool
) -> None:
    def engine() -> None:
        client, _ = listener.accept()
        with client:
            client.recv(1024)
            client.sendall(f"HTTP/1.0 {status}\r\n\r\nOK".encode())

    with ThreadPoolExecutor() as pool:
        serving = pool.submit(engine)
        assert docker_answers(address_of(listener)) is answers
        serving.result()


def test_an_engine_that_hangs_or_is_not_there_counts_as_absent(listener: socket.socket) -> None:
    assert not docker_answers(address_of(listener))
    assert not docker_answers({"DOCKER_HOST": "unix:///nowhere/docker.sock"})
    assert not docker_answers({"DOCKER_HOST": "ssh://somebody@elsewhere"})


def test_options_of_an_address_are_kept_beside_the_role() -> None:
    conninfo = as_app_role("host=db options='-c jit=off'")

    assert conninfo == "host=db options='-c jit=off -c role=forge_app'"


def test_a_database_is_migrated_and_its_roles_are_apart(database: Database) -> None:
    with Connection.connect(database.owner) as owner, Connection.connect(database.app) as app:
        role = "SELECT current_user, current_database(), count(*) > 0 FROM forge_migrations"
        assert app.execute(role).fetchone() == ("forge_app", database.name, True)
        assert owner.execute(role).fetchone() != app.execute(role).fetchone()


def test_databases_hold_nothing_of_other_tests(databases: Databases) -> None:
    with databases.migrated() as one, databases.migrated() as other:
        with Connection.connect(one.owner) as connection:
            connection.execute("CREATE TABLE mine ()")
        with Connection.connect(other.owner) as connection:
            assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)


@pytest.mark.parametrize("key", ["first", "second"])
def test_valkey_is_empty_for_every_test(redis_url: str, key: str) -> None:
    with Redis.from_url(redis_url) as redis:
        assert redis.dbsize() == 0
        redis.set(key, "left behind")
