"""Decisions of operators on builds hold from the next event on, also after crashes."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from psycopg import AsyncConnection

from projections.admin.operations import NoSuchBuild, Operations
from projections.admin.status import Build, Model
from projections.engine import host
from projections.engine.tracking import build_status
from scripts.composition.backend import Backend
from tests.support.projections.tallies import (
    TALLIES,
    count_events,
    count_rows,
    keep_writing,
    operator,
    process,
    write,
)
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


@pytest.fixture
def operations(database: Database) -> Operations:
    return Operations(database.app, [TALLIES])


@pytest.fixture
async def running(database: Database) -> AsyncIterator[Backend]:
    """Run a projector that has caught up with a few events."""
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, 5), within=5)
        yield backend


async def test_a_paused_model_stands_still_and_goes_on_where_it_was(
    running: Backend, operations: Operations, looker: AsyncConnection[Any]
) -> None:
    await operations.pause(NAME)
    await operations.pause(NAME)
    last = await write(running, 20)
    await running.kernel.log.head.reach(last)
    paused = await _model(operations)
    assert paused.status == "paused"
    assert paused.position == 5
    assert paused.lag == 20
    with pytest.raises(TimeoutError):
        await running.kernel.models[NAME].reach(6, within=0.3)

    await operations.resume(NAME)

    await running.kernel.models[NAME].reach(last, within=5)
    assert (await _model(operations)).status == "running"
    assert await count_rows(looker) == await count_events(looker)
    assert not running.kernel.supervisor.failing()


async def test_a_standby_leaves_a_paused_leader_alone(
    running: Backend,
    database: Database,
    operations: Operations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("projections.engine.leader_lock.STUCK_SECONDS", 0.1)
    monkeypatch.setattr("projections.engine.leader_lock.LOOK_SECONDS", 0.05)
    async with process(database.app, TALLIES):
        await operations.pause(NAME)
        last = await write(running, 20)
        with pytest.raises(TimeoutError):
            await running.kernel.models[NAME].reach(last, within=1)
        assert not running.kernel.supervisor.failing()
        await operations.resume(NAME)
        await running.kernel.models[NAME].reach(last, within=5)


async def test_what_is_held_is_built_and_shown_only_when_switched_to(
    running: Backend, operations: Operations, looker: AsyncConnection[Any]
) -> None:
    assert await operations.rebuild(NAME, held=True) == 2
    await eventually(lambda: _caught_up(operations, 2))
    await running.kernel.models[NAME].reach(await write(running, 20), within=5)
    await eventually(lambda: _caught_up(operations, 2))
    assert (await _build(operations, 1)).live

    assert await operations.switch(NAME) == 2
    await eventually(lambda: _is_live(operations, 2))

    await running.kernel.models[NAME].reach(await write(running, 20), within=5)
    assert await count_rows(looker) == await count_events(looker)


async def test_readers_are_switched_back_and_forth_while_events_come(
    running: Backend, operations: Operations, looker: AsyncConnection[Any]
) -> None:
    async with keep_writing(running):
        await operations.rebuild(NAME, held=False)
        await eventually(lambda: _is_live(operations, 2))
        assert await operations.roll_back(NAME) == 1
        await eventually(lambda: _is_live(operations, 1))
        with pytest.raises(NoSuchBuild):
            await operations.roll_back(NAME)
        assert await operations.switch(NAME) == 2
        await eventually(lambda: _is_live(operations, 2))
    await running.kernel.models[NAME].reach(await write(running, 1), within=5)

    assert await count_rows(looker) == await count_events(looker)
    assert not running.kernel.supervisor.failing()


async def test_a_retained_build_is_dropped_while_events_arrive(
    running: Backend, operations: Operations, looker: AsyncConnection[Any]
) -> None:
    async with keep_writing(running):
        await operations.rebuild(NAME, held=False)
        await eventually(lambda: _is_live(operations, 2))
        assert await operations.drop(NAME) == [1]
        with pytest.raises(NoSuchBuild):
            await operations.drop(NAME)
    await running.kernel.models[NAME].reach(await write(running, 1), within=5)

    assert [each.number for each in (await _model(operations)).builds] == [2]
    assert await count_rows(looker) == await count_events(looker)


async def test_repeated_rebuild_requests_start_one_rebuild_which_can_be_cancelled(
    running: Backend, operations: Operations
) -> None:
    assert await operations.rebuild(NAME, held=True) == 2
    assert await operations.rebuild(NAME, held=False) == 2

    assert await operations.cancel(NAME) == [2]

    assert (await _model(operations)).status == "running"
    with pytest.raises(NoSuchBuild):
        await operations.cancel(NAME)
    assert await operations.rebuild(NAME, held=True) == 3
    assert not running.kernel.supervisor.failing()


async def test_the_first_build_can_neither_be_held_nor_cancelled(
    database: Database, operations: Operations
) -> None:
    await operations.rebuild(NAME, held=True)

    with pytest.raises(NoSuchBuild):
        await operations.cancel(NAME)
    async with process(database.app, TALLIES):
        await eventually(lambda: _is_live(operations, 1))


async def test_a_build_goes_on_from_its_position_in_the_next_process(
    database: Database, operations: Operations, looker: AsyncConnection[Any]
) -> None:
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, 200), within=5)
        await operations.rebuild(NAME, held=True)
        await eventually(lambda: _caught_up(operations, 2))
    before = (await build_status(looker, NAME, 2)).position

    async with process(database.app, TALLIES) as backend:
        last = await write(backend, 20)
        await operations.switch(NAME)
        await eventually(lambda: _is_live(operations, 2))
        await backend.kernel.models[NAME].reach(last, within=5)

    assert before == 200
    assert await count_rows(looker) == await count_events(looker)


async def test_builds_take_turns(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "BUILT_AT_ONCE", 1)
    others = [
        TALLIES._replace(
            name=f"t{number}",
            tables=("tallies",),
            ddl=f"CREATE TABLE models.t{number} (n int)",
            indexes="",
            takes=frozenset(),
        )
        for number in range(3)
    ]
    async with process(database.app, TALLIES, *others) as backend:
        last = await write(backend, 5)
        for name in (NAME, *(other.name for other in others)):
            await backend.kernel.models[name].reach(last, within=5)
        assert not backend.kernel.supervisor.failing()


async def _model(operations: Operations) -> Model:
    [model] = await operations.report()
    return model


async def _build(operations: Operations, number: int) -> Build:
    found = (await _model(operations)).builds
    return next(each for each in found if each.number == number)


async def _is_live(operations: Operations, number: int) -> bool:
    return (await _build(operations, number)).live


async def _caught_up(operations: Operations, number: int) -> bool:
    return not (await _build(operations, number)).lag
