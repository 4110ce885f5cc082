"""The leader lock: one projector leads; a standby takes over from a dead or stuck one."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection, OperationalError

from projections.engine import leader_lock as leadership
from projections.engine.leader_lock import lead
from tests.support.projections.tallies import (
    TALLIES,
    count_events,
    count_rows,
    keep_writing,
    operator,
    process,
    read_build,
    run_projector,
    write,
)
from tests.support.servers.databases import Database
from tests.support.servers.postgres_and_valkey import as_app_role
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

LEADERS: Final[LiteralString] = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32 | objid::bigint) = hashtextextended('leader tallies 1', 0)
"""
SLOW: Final[LiteralString] = """
    CREATE TABLE numbers AS SELECT n FROM generate_series(1, 10) n;
    CREATE FUNCTION slowly(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE
        AS 'BEGIN PERFORM pg_sleep(0.2); RETURN n; END';
"""


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


async def test_one_of_two_leads(database: Database, looker: AsyncConnection[Any]) -> None:
    async with process(database.app, TALLIES) as one, process(database.app, TALLIES) as other:
        last = await write(one, 100)
        for backend in (one, other):
            await backend.kernel.models["tallies"].reach(last, within=5)

        assert len(await _leaders(looker)) == 1
        assert await count_rows(looker) == await count_events(looker)
        assert not [*one.kernel.supervisor.failing(), *other.kernel.supervisor.failing()]


async def test_whenever_a_leader_is_ended_another_goes_on_where_it_was(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    async with process(database.app, TALLIES) as one, process(database.app, TALLIES) as other:
        async with keep_writing(one, other):
            for _ in range(4):
                leader = await _leader(looker)
                await looker.execute("SELECT pg_terminate_backend(%s)", (leader,))
                ended_at = (await read_build(looker)).position
                await eventually(partial(_beyond, looker, ended_at + 50), within=5)
        await one.kernel.models["tallies"].reach(await write(one, 1), within=5)

        assert await count_rows(looker) == await count_events(looker)


async def test_a_leader_that_is_stuck_is_taken_over_and_cannot_write_when_it_wakes(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    async with _leader_elsewhere(database, looker) as leader, process(database.app, TALLIES) as own:
        await own.kernel.models["tallies"].reach(await write(own, 100), within=5)
        stuck = await _leader(looker)
        leader.send_signal(signal.SIGSTOP)
        last, began = await write(own, 100), time.monotonic()

        await own.kernel.models["tallies"].reach(last, within=10)

        assert 4 < time.monotonic() - began < 8
        assert await _leaders(looker) != [stuck]
        leader.send_signal(signal.SIGCONT)
        await own.kernel.models["tallies"].reach(await write(own, 500), within=5)
        assert await count_rows(looker) == await count_events(looker)


@pytest.mark.parametrize("role", ["app", "owner acting as app"])
async def test_a_standby_ends_a_leader_of_the_role_it_connects_as(
    database: Database, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr(leadership, "STUCK_SECONDS", 0.1)
    conninfo = database.app if role == "app" else as_app_role(database.owner)

    async with (
        lead(conninfo, "tallies", _behind) as stuck,
        asyncio.timeout(5),
        lead(conninfo, "tallies", _behind),
    ):
        assert await _is_lost(stuck)


async def test_a_leader_that_makes_indexes_is_left_alone(
    database: Database, looker: AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "STUCK_SECONDS", 0.1)
    await looker.execute(SLOW)
    async with (
        lead(database.owner, "tallies", _behind) as leader,
        asyncio.TaskGroup() as tasks,
    ):
        making = tasks.create_task(leader.execute("CREATE INDEX ON numbers (slowly(n))"))
        standby = tasks.create_task(_lead_for_a_moment(database.owner))
        await making
        assert not standby.done()


async def _leader(connection: AsyncConnection[Any]) -> int:
    """Return the process of the one leader, once there is one."""
    await eventually(lambda: _one_leads(connection))
    [leader] = await _leaders(connection)
    return leader


async def _leaders(connection: AsyncConnection[Any]) -> list[int]:
    return [pid for (pid,) in await (await connection.execute(LEADERS)).fetchall()]


async def _beyond(connection: AsyncConnection[Any], position: int) -> bool:
    return (await read_build(connection)).position > position


@asynccontextmanager
async def _leader_elsewhere(
    database: Database, looker: AsyncConnection[Any]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process that leads, and end it."""
    async with run_projector(database.app) as child:
        await eventually(lambda: _one_leads(looker), within=15)
        yield child


async def _one_leads(looker: AsyncConnection[Any]) -> bool:
    return len(await _leaders(looker)) == 1


async def _behind(connection: AsyncConnection[Any]) -> tuple[int, int]:
    """Tell of a leader that makes no progress, however much there is to make."""
    await connection.execute("SELECT 1")
    return 1, 2


async def _is_lost(connection: AsyncConnection[Any]) -> bool:
    try:
        await connection.execute("SELECT 1")
    except OperationalError:
        return True
    return False


async def _lead_for_a_moment(conninfo: str) -> None:
    async with lead(conninfo, "tallies", _behind):
        return
