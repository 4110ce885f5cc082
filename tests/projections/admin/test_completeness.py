"""The completeness check: a missing event or an edited tracking row raises an alarm."""

from collections.abc import AsyncIterator
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection

from application.eventstore.envelope import Origin
from application.projection_admin.skips import ProjectionSkips
from domain.identity.organisations import LOCAL
from projections.admin.completeness import Completeness, Incomplete
from projections.admin.operations import Operations
from scripts.composition.backend import Backend
from tests.support.projections.tallies import TALLIES, keep_writing, operator, process, write
from tests.support.servers.databases import Database
from tests.support.service.backends import Failures
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name
EVENTS: Final = 40


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


@pytest.fixture
async def complete(database: Database) -> AsyncIterator[Backend]:
    """Return a backend whose model has applied every event, and is no longer projected."""
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, EVENTS), within=5)
    async with process(database.app, TALLIES, projecting=False) as backend:
        yield backend


def auditor(backend: Backend, alarms: Failures) -> Completeness:
    return Completeness([TALLIES], backend.kernel.log, backend.kernel.conninfo, alarms)


async def test_a_model_is_complete_whenever_one_looks(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    alarms, operations = Failures(), Operations(database.app, [TALLIES])
    async with process(database.app, TALLIES) as backend:
        await backend.kernel.models[NAME].reach(await write(backend, EVENTS), within=5)
        auditing = auditor(backend, alarms)
        async with keep_writing(backend):
            for _ in range(20):
                await auditing.look(looker)
            await operations.rebuild(NAME, held=False)
            await eventually(lambda: _is_live(operations, 2))
            await auditing.look(looker)
        await auditor(backend, alarms).look(looker)

    assert alarms == []
    assert await _found(operations) is None


@pytest.mark.parametrize(
    "edit",
    [
        """UPDATE projections SET "position" = 39 WHERE live""",
        """UPDATE projections SET "position" = 41 WHERE live""",
        "UPDATE projections SET applied = applied + 1 WHERE live",
        "UPDATE projections SET digest = digest + 1 WHERE live",
        "UPDATE projections SET counted_from = 1 WHERE live",
    ],
)
async def test_an_edited_row_alarms_once_and_is_shown_until_repaired(
    complete: Backend, database: Database, looker: AsyncConnection[Any], edit: LiteralString
) -> None:
    alarms, operations = Failures(), Operations(database.app, [TALLIES])
    auditing = auditor(complete, alarms)
    await auditing.look(looker)
    assert alarms == []
    await looker.execute(edit)

    await auditing.look(looker)
    await auditing.look(looker)

    [(name, alarm)] = alarms
    assert (name, type(alarm)) == (f"completeness of {NAME}", Incomplete)
    assert await _found(operations) == str(alarm)


async def test_a_skipped_event_is_detected_and_a_repaired_model_is_complete(
    complete: Backend, database: Database, looker: AsyncConnection[Any]
) -> None:
    alarms, operations = Failures(), Operations(database.app, [TALLIES])
    auditing = auditor(complete, alarms)
    await write(complete, 1)
    await looker.execute("""UPDATE projections SET "position" = 41 WHERE live""")
    await auditing.look(looker)
    assert "40 events up to 41 where the log has 41" in (await _found(operations) or "")

    await looker.execute("""UPDATE projections SET "position" = 40 WHERE live""")
    await auditing.look(looker)

    assert await _found(operations) is None
    assert len(alarms) == 1


async def test_what_is_passed_over_is_not_missed(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    alarms, operations = Failures(), Operations(database.app, [TALLIES])
    by = Origin(actor="key:ops", org_id=LOCAL, correlation_id="request-9")
    async with process(database.app, TALLIES) as backend:
        skips = ProjectionSkips(backend.kernel.transactions)
        await skips.skip(NAME, EVENTS, "not for this one", by)  # before it is there
        await backend.kernel.models[NAME].reach(await write(backend, EVENTS), within=5)
        await operations.retry(NAME)
        await backend.kernel.models[NAME].reach(await write(backend, 1), within=5)
        await operations.rebuild(NAME, held=False)
        await eventually(lambda: _is_live(operations, 2))
        await auditor(backend, alarms).look(looker)

    assert alarms == []
    assert await _found(operations) is None


async def _found(operations: Operations) -> str | None:
    [model] = await operations.report()
    return model.incomplete


async def _is_live(operations: Operations, number: int) -> bool:
    [model] = await operations.report()
    return model.live is not None and model.live.number == number
