"""Checkpoints: rows and position change in one transaction, from the position last read."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection
from psycopg.errors import CheckViolation

from application.concurrency.supervision import end
from projections.engine.checkpoint import Checkpoint
from projections.engine.leader_term import LeaderTerm
from projections.engine.projection import Write
from projections.engine.tail import Tail
from projections.engine.tracking import BuildStatus, StaleCheckpoint, build_status
from tests.support.projections.tallies import (
    COUNT,
    TALLIES,
    count_events,
    count_rows,
    operator,
    process,
    read_build,
    write,
)
from tests.support.servers.databases import Database

pytestmark = pytest.mark.anyio

TOGETHER: Final[LiteralString] = """
    SELECT (SELECT "position" FROM projections WHERE live), sum(events) FROM models.tallies
"""
MOVES: Final = 10
FIRST: Final[LiteralString] = "SELECT id, events FROM models.tallies_1 ORDER BY id"
REFUSED: Final[LiteralString] = """
    ALTER TABLE models.tallies_1 ADD CONSTRAINT few CHECK (events < 10)
"""


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


@pytest.fixture
async def rivals(database: Database) -> AsyncIterator[Sequence[AsyncConnection[Any]]]:
    """Connect two runners of one build that has been live already."""
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models["tallies"].reach(await write(backend, 1), within=5)
    async with (
        await AsyncConnection.connect(database.app, autocommit=True) as one,
        await AsyncConnection.connect(database.app, autocommit=True) as other,
    ):
        yield one, other


async def test_readers_never_see_rows_without_their_position_nor_it_without_them(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models["tallies"].reach(await write(backend, 1), within=5)
        seen = set[int]()

        async def write_until_seen_on_the_move() -> None:
            while len(seen) < MOVES:
                await write(backend, 20)

        writing = asyncio.create_task(write_until_seen_on_the_move())
        while not writing.done():
            [(position, events)] = await (await looker.execute(TOGETHER)).fetchall()
            assert position == events
            seen.add(position)
        await writing


@pytest.mark.parametrize("statements", [1, 2])
async def test_of_two_runners_one_is_overtaken_and_writes_nothing(
    rivals: Sequence[AsyncConnection[Any]], looker: AsyncConnection[Any], statements: int
) -> None:
    first, second = [await _checkpoint(connection) for connection in rivals]
    before = await (await looker.execute(FIRST)).fetchall()
    writes = [Write(COUNT, (["a"], [1])), Write(COUNT, (["b"], [1]))][:statements]
    await first.move(5, writes)

    with pytest.raises(StaleCheckpoint):
        await second.move(7, writes)

    rows = await (await looker.execute(FIRST)).fetchall()
    assert sorted(rows) == sorted([*before, *[("a", 1), ("b", 1)][:statements]])
    assert (await read_build(looker)).position == 5


async def test_two_whole_runners_apply_every_event_once(
    rivals: Sequence[AsyncConnection[Any]], database: Database, looker: AsyncConnection[Any]
) -> None:
    """Neither has asked for the leader's lock, as if it had been lost without a sign."""
    async with process(database.app, TALLIES, projecting=False) as backend:
        terms = [
            LeaderTerm(
                connection, TALLIES, Tail(backend.kernel.log), await _standing(connection), _unheard
            )
            for connection in rivals
        ]
        serving = [asyncio.create_task(term.serve()) for term in terms]
        await write(backend, 500)
        done, left = await asyncio.wait(serving, timeout=5, return_when=asyncio.FIRST_EXCEPTION)
        await backend.kernel.models["tallies"].reach(await write(backend, 100), within=5)
        await end(left)

    assert [type(runner.exception()) for runner in done] == [StaleCheckpoint]
    assert await count_rows(looker) == await count_events(looker)


async def test_a_batch_of_several_statements_is_one_transaction(
    rivals: Sequence[AsyncConnection[Any]], looker: AsyncConnection[Any]
) -> None:
    checkpoint = await _checkpoint(rivals[0])
    await looker.execute(REFUSED)
    before = await (await looker.execute(FIRST)).fetchall()

    with pytest.raises(CheckViolation):
        await checkpoint.move(5, [Write(COUNT, (["a"], [1])), Write(COUNT, (["b"], [10]))])

    assert await (await looker.execute(FIRST)).fetchall() == before
    assert checkpoint.position == (await read_build(looker)).position == 1


async def _checkpoint(connection: AsyncConnection[Any]) -> Checkpoint:
    return Checkpoint(connection, TALLIES, await _standing(connection), lambda _: ())


async def _standing(connection: AsyncConnection[Any]) -> BuildStatus:
    return await build_status(connection, TALLIES.name, 1)


def _unheard() -> None:
    """Leave it to the row that the build is live."""
