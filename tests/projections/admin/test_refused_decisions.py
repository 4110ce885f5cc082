"""Refused decisions on builds: each has its reason and changes nothing."""

from typing import Final

import pytest

from application.eventstore.event_store import LogUnavailable
from projections.admin.admin_connection import TablesInUse
from projections.admin.operations import NoSuchBuild, NoSuchProjection, NotReady, Operations
from tests.support.projections.tallies import TALLIES, operator, process, write
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name
OTHER_SHAPE: Final = TALLIES._replace(shape=2)


@pytest.fixture
def operations(database: Database) -> Operations:
    return Operations(database.app, [TALLIES])


async def test_decisions_on_an_unknown_projection_are_refused(operations: Operations) -> None:
    with pytest.raises(NoSuchProjection, match="there are tallies"):
        await operations.pause("nothing")


async def test_before_the_first_projector_there_is_no_build(operations: Operations) -> None:
    await operations.pause(NAME)

    assert await operations.report() == []
    with pytest.raises(NoSuchBuild):
        await operations.model(NAME)


async def test_a_decision_gives_up_on_a_row_that_stays_locked(
    database: Database, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.admin.admin_connection.PATIENCE", "SET lock_timeout = '50ms'")
    await operations.rebuild(NAME, held=False)
    async with operator(database) as holder, holder.transaction():
        await holder.execute("SELECT FROM projections FOR UPDATE")
        with pytest.raises(TablesInUse):
            await operations.pause(NAME)
    assert (await operations.model(NAME)).status == "building"


async def test_without_a_database_the_error_says_to_try_again() -> None:
    with pytest.raises(LogUnavailable):
        await Operations("host=/nowhere", [TALLIES]).report()


async def test_a_build_of_another_release_is_not_shown(
    database: Database, operations: Operations
) -> None:
    newer = Operations(database.app, [OTHER_SHAPE])
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, 5), within=5)
        await operations.rebuild(NAME, held=False)
        await eventually(lambda: _is_live(operations, 2))

        with pytest.raises(NotReady):
            await newer.roll_back(NAME)
        assert not backend.kernel.supervisor.failing()


async def _is_live(operations: Operations, number: int) -> bool:
    [model] = await operations.report()
    return model.live is not None and model.live.number == number
