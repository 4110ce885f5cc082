"""Fixtures for tests that need the loop, a database or Valkey; servers start when first used."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from tests.support.codegen.engine import TESTS_WITH_GCC, has_gcc
from tests.support.programs import not_run
from tests.support.servers.databases import Database, Databases, open_databases
from tests.support.servers.docker import docker_answers
from tests.support.servers.postgres_and_valkey import Servers, Source, choose, run_servers

HEAVY = ("tests/e2e/", "tests/scripts/")
CHOSEN = pytest.StashKey[Source]()
USED = pytest.StashKey[Source]()

# A core that is shared pauses as it likes: time says nothing about an example.
settings.register_profile("forge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("forge")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[CHOSEN] = choose(os.environ, docker_answers)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that start processes first, so that no core is left with one at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(HEAVY))


def pytest_report_header(config: pytest.Config) -> str:
    return f"servers: {config.stash[CHOSEN].value}"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Repeat the header for quiet runs, which have none, and where containers did not start."""
    if used := config.stash.get(USED, None):
        terminalreporter.write_line(f"servers: {used.value}")
    if not has_gcc():
        terminalreporter.write_line(f"no gcc on PATH: {', '.join(TESTS_WITH_GCC)} did not run")
    for line in not_run(terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report the servers in use to the process that started this one, if any."""
    used, output = session.config.stash.get(USED, None), getattr(session.config, "workeroutput", {})
    if used is not None:
        output["servers"] = used.value


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if servers := getattr(node, "workeroutput", {}).get("servers"):
        node.config.stash[USED] = Source(servers)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Iterator[Servers]:
    with run_servers(pytestconfig.stash[CHOSEN], os.environ) as servers:
        pytestconfig.stash[USED] = servers.source
        yield servers


@pytest.fixture(scope="session")
def databases(servers: Servers) -> Iterator[Databases]:
    with open_databases(servers) as databases:
        yield databases


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """Give one test a migrated database of its own."""
    with databases.migrated() as database:
        yield database


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[Database]:
    """Give one test a database without any table."""
    with databases.empty() as database:
        yield database


@pytest.fixture
def redis_url(servers: Servers) -> Iterator[str]:
    """Give one test an empty Valkey database, and empty it again."""
    with Redis.from_url(servers.redis_url) as redis:
        redis.flushdb()
        yield servers.redis_url
        redis.flushdb()
