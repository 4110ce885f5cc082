"""The completeness check: a missing event or an edited tracking row raises an alarm."""

from collections.abc import AsyncIterator
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection

from application.eventstore.envelope import Origin
from application.projection_admin.skips import ProjectionSkips
from domain.identity.organisations import LOCAL
from projections.admin import logged_events
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
COPIED: Final[LiteralString] = """
    INSERT INTO projections (name, generation, shape, live, status, "position", applied, digest)
    SELECT %s, 1, shape, true, status, "position", applied, digest
    FROM projections WHERE name = 'tallies'
    ON CONFLICT (name, generation) DO UPDATE
        SET "position" = excluded."position", applied = excluded.applied, digest = excluded.digest
"""
COUNTED_WITHOUT: Final[LiteralString] = """
    UPDATE projections SET applied = applied - left_out.events,
        digest = mod(projections.digest - left_out.digest + 2 * 18446744073709551616,
                     18446744073709551616),
        "position" = left_out.reached
    FROM (SELECT count(*) AS events, %s::bigint AS reached,
              mod(sum(('x' || encode(substr(chain_hash, 1, 8), 'hex'))::bit(64)::bigint::numeric),
                  18446744073709551616) AS digest
          FROM forge_events WHERE notification_id BETWEEN %s AND %s) AS left_out
    WHERE name = %s
"""
"""Takes the events between two positions out of a count, and sets the position it has reached."""


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


async def test_each_range_is_scanned_once_for_models_that_are_apart(
    complete: Backend, looker: AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has skipped an event, one lags behind, and one was counted from later on."""
    monkeypatch.setattr(logged_events, "AT_ONCE", 7)
    alarms, names = Failures(), ("skipping", "lagging", "restored")
    skips, [skipped, lagged, restored] = ProjectionSkips(complete.kernel.transactions), names
    by = Origin(actor="key:ops", org_id=LOCAL, correlation_id="request-9")
    await skips.skip(skipped, 5, "not for this one", by)
    for name in names:
        await looker.execute(COPIED, (name,))
    await looker.execute(COUNTED_WITHOUT, (EVENTS, 5, 5, skipped))
    await looker.execute(COUNTED_WITHOUT, (30, 31, EVENTS, lagged))
    await looker.execute(COUNTED_WITHOUT, (EVENTS, 1, 10, restored))
    await looker.execute("UPDATE projections SET counted_from = 10 WHERE name = %s", (restored,))
    models = [TALLIES, *(TALLIES._replace(name=name) for name in names)]
    auditing = Completeness(models, complete.kernel.log, complete.kernel.conninfo, alarms)
    ranges = list[range]()
    scan = logged_events._scan  # noqa: SLF001 - what it reads of the log is the point

    async def noting(connection: Any, start: int, until: int, of: Any) -> Any:
        ranges.append(range(start, until))
        return await scan(connection, start, until, of)

    monkeypatch.setattr(logged_events, "_scan", noting)
    await auditing.look(looker)
    await looker.execute(COPIED, (lagged,))
    await auditing.look(looker)

    assert alarms == []
    again = range(30, EVENTS)
    assert sorted(position for each in ranges for position in each) == sorted(
        [*range(EVENTS), *again]
    )


async def _found(operations: Operations) -> str | None:
    [model] = await operations.report()
    return model.incomplete


async def _is_live(operations: Operations, number: int) -> bool:
    [model] = await operations.report()
    return model.live is not None and model.live.number == number
