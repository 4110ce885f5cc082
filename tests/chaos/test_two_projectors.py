"""Two projectors, and the process that leads killed again and again: every event counts once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection

from tests.support.projections.tallies import (
    TALLIES,
    count_events,
    count_rows,
    keep_writing,
    operator,
    process,
    run_projector,
    write,
)
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.drill]

TAKEN_OVER: Final = 5.0
"""Seconds within which a standby goes on where a dead leader was (safety.md, projections)."""
LEADER: Final[LiteralString] = """
    SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('leader tallies 1', 0)
"""


class Projectors:
    """Two of them, each known to the database by its name."""

    def __init__(self, database: Database, stack: AsyncExitStack) -> None:
        self._database = database
        self._stack = stack
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self) -> None:
        name = f"projector-{len(self._running)}"
        self._running[name] = await self._stack.enter_async_context(
            run_projector(f"{self._database.app} application_name={name}")
        )

    async def kill_leader(self, looker: AsyncConnection[Any]) -> None:
        """End it without a word, and start another that stands by."""
        await eventually(lambda: _led(looker), within=15)
        [(name,)] = await (await looker.execute(LEADER)).fetchall()
        self._running[name].kill()
        await self._running[name].wait()
        await self.start()


async def test_a_leader_killed_a_few_times_loses_and_doubles_nothing(database: Database) -> None:
    await kill_leaders(database, kills=3)


@pytest.mark.chaos
async def test_a_leader_killed_many_times_loses_and_doubles_nothing(database: Database) -> None:
    await kill_leaders(database, kills=40)


async def kill_leaders(database: Database, *, kills: int) -> None:
    async with _writer_and_projectors(database) as (backend, projectors, looker):
        async with keep_writing(backend):
            for _ in range(kills):
                await projectors.kill_leader(looker)
                head = await backend.kernel.log.stored_head()
                await backend.kernel.models[TALLIES.name].reach(head, within=TAKEN_OVER)
        last = await write(backend, 1)
        await backend.kernel.models[TALLIES.name].reach(last, within=TAKEN_OVER)

        assert await count_rows(looker) == await count_events(looker)
        assert sum((await count_rows(looker)).values()) == last


@asynccontextmanager
async def _writer_and_projectors(database: Database) -> AsyncIterator[Any]:
    async with (
        AsyncExitStack() as stack,
        operator(database) as looker,
        process(database.app, TALLIES, projecting=False) as backend,
    ):
        projectors = Projectors(database, stack)
        for _ in range(2):
            await projectors.start()
        yield backend, projectors, looker


async def _led(looker: AsyncConnection[Any]) -> bool:
    return len(await (await looker.execute(LEADER)).fetchall()) == 1
