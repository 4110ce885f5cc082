"""An event that cannot be applied stops its projection there, loudly, and nothing else."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

import pytest
from msgspec import structs
from psycopg import AsyncConnection

from application.eventstore.envelope import RecordedEvent
from domain.documents.folder_events import FolderCreated
from projections.engine.projection import Fold, Projection, Write
from scripts.composition.backend import Backend
from tests.support.projections.tallies import (
    COUNT,
    OF_TOMORROW,
    TALLIES,
    first_build,
    fold,
    operator,
    process,
    write,
)
from tests.support.servers.databases import Database
from tests.support.service.backends import Failures
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

EVENTS: Final = 40
POISON: Final = 30
COUNT_OTHERS: Final[LiteralString] = COUNT.replace("tallies", "others")
OTHERS: Final = TALLIES._replace(
    name="others",
    tables=("others",),
    ddl="CREATE TABLE {others} (id text PRIMARY KEY, events bigint NOT NULL)",
    indexes="",
    fold=lambda records: [written._replace(sql=COUNT_OTHERS) for written in fold(records)],
)
QUIET: Final = TALLIES._replace(name="quiet", takes=frozenset({FolderCreated}))
UNMADE: Final = OTHERS._replace(name="unmade", ddl="CREATE TABLE {others} (LIKE nothing)")
FAILED: Final[LiteralString] = """
    SELECT status, "position", failed_position FROM projections WHERE name = 'tallies'
"""
APPLIED: Final[LiteralString] = "SELECT coalesce(sum(events), 0) FROM models.tallies"


def raising(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    if any(record.position == POISON for record in records):
        raise ValueError("what is this?")
    return fold(records)


def refused(records: Sequence[RecordedEvent]) -> Sequence[Write]:
    """Write a row that the database does not take."""
    poisoned = any(record.position == POISON for record in records)
    return [*fold(records), *[Write(COUNT, ([None], [1]))] * poisoned]


@pytest.mark.parametrize("poisoned", [raising, refused])
async def test_it_stops_before_the_event_and_the_fix_goes_on_from_there(
    database: Database, poisoned: Fold
) -> None:
    failing = TALLIES._replace(fold=poisoned)
    async with process(database.app, failing, OTHERS) as backend, operator(database) as looker:
        await backend.models["tallies"].reach(await write(backend, 1), within=5)
        last = await write(backend, EVENTS - 1)
        await backend.models["others"].reach(last, within=5)
        await eventually(lambda: _fails(backend, "tallies:1"), within=5)

        assert [*backend.supervisor.failing()] == ["tallies:1"]
        assert "document.created at 30" in str(_failures(backend)[-1])
        assert await _row(looker, FAILED) == ("failed", POISON - 1, POISON)
        assert await _row(looker, APPLIED) == (POISON - 1,)

    async with process(database.app, TALLIES, OTHERS) as backend, operator(database) as looker:
        await backend.models["tallies"].reach(last, within=5)
        assert await _row(looker, FAILED) == ("running", EVENTS, None)
        assert await _row(looker, APPLIED) == (EVENTS,)


async def test_what_fails_once_is_tried_again(database: Database) -> None:
    attempts = list[int]()

    def fails_once(records: Sequence[RecordedEvent]) -> Sequence[Write]:
        attempts.append(len(records))
        return fold(records) if len(attempts) > 1 else raising([_at(POISON, records[0])])

    async with process(database.app, TALLIES._replace(fold=fails_once)) as backend:
        await backend.models["tallies"].reach(await write(backend, EVENTS), within=5)
        assert not backend.supervisor.failing()
        async with operator(database) as looker:
            assert await _row(looker, APPLIED) == (EVENTS,)


@pytest.mark.parametrize("projection", [TALLIES, QUIET], ids=lambda projection: projection.name)
async def test_an_event_of_a_later_release_is_not_passed_over(
    database: Database, projection: Projection
) -> None:
    async with process(database.app, projection, projecting=False) as backend:
        last = await write(backend, EVENTS)
    async with operator(database) as looker:
        await looker.execute(OF_TOMORROW)
    async with process(database.app, projection) as backend, operator(database) as looker:
        await eventually(lambda: _fails(backend, f"{projection.name}:1"), within=5)
        stopped = await first_build(looker, name=projection.name)

    assert (stopped.status, stopped.position) == ("building", last)
    assert f"event at {last + 1}" in (stopped.error or "")


async def test_one_whose_tables_cannot_be_made_keeps_no_other(database: Database) -> None:
    async with process(database.app, UNMADE, TALLIES) as backend:
        await backend.models["tallies"].reach(await write(backend, EVENTS), within=5)
        assert "nothing" in backend.supervisor.failing()["projections"]


async def _fails(backend: Backend, name: str) -> bool:
    return name in backend.supervisor.failing()


def _failures(backend: Backend) -> list[Exception]:
    report = backend._report  # noqa: SLF001 - what the operator's log would show
    assert isinstance(report, Failures)
    return [error for _, error in report]


def _at(position: int, record: RecordedEvent) -> RecordedEvent:
    return structs.replace(record, position=position)


async def _row(connection: AsyncConnection[Any], query: LiteralString) -> tuple[object, ...] | None:
    return await (await connection.execute(query)).fetchone()
