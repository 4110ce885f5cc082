"""The tail of the log: one notice a batch for all read models, of which none holds up another."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import chain
from typing import Any, Final

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from application.documents.documents import WriteOptions
from application.eventstore.envelope import RecordedEvent
from projections.admin.operations import Operations
from projections.engine import idle_positions, tail
from projections.engine.tracking import build_statuses
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.projections.bystanders import (
    LEFT,
    MODELS,
    RIGHT,
    Notice,
    Notices,
    all_stored,
    append,
    notices,
)
from tests.support.projections.tallies import (
    DRAFT,
    OF_TOMORROW,
    TALLIES,
    count_events,
    count_rows,
    operator,
    process,
    write,
)
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name
NAMES: Final = frozenset(each.name for each in MODELS)
NO_STORING: Final = 60.0


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[Backend]:
    """Run a process that writes, and projects nothing."""
    async with process(database.app, *MODELS, projecting=False) as backend:
        yield backend


@pytest.fixture
def no_storing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave idle read models to the notices of others: their rows do not follow."""
    monkeypatch.setattr(idle_positions, "TICK_SECONDS", NO_STORING)
    monkeypatch.setattr(tail, "IDLE_SECONDS", NO_STORING)


@pytest.mark.usefixtures("no_storing")
async def test_a_batch_of_one_model_is_one_notice_that_names_all(
    database: Database, writer: Backend
) -> None:
    async with process(database.app, *MODELS) as projector, notices(database) as heard:
        await _until_all_rest(writer, heard)
        for _ in range(5):
            last = await append(writer, 20)

            assert await heard.until(last, *NAMES) == [Notice(last, NAMES)]
        assert not projector.kernel.supervisor.failing()


@pytest.mark.usefixtures("no_storing")
async def test_idle_models_are_named_by_others_before_their_rows_follow(
    database: Database, writer: Backend, looker: AsyncConnection[Any]
) -> None:
    async with process(database.app, *MODELS), notices(database) as heard:
        resting_at = await _until_all_rest(writer, heard)
        for _ in range(5):
            last = await append(writer, 3)
            await writer.kernel.models[LEFT.name].reach(last, within=5)
        stored = {each.name: each.position for each in await build_statuses(looker)}

    assert stored[NAME] == last
    assert max(stored[LEFT.name], stored[RIGHT.name]) <= resting_at


async def test_a_batch_that_no_model_takes_is_announced_and_stored(
    database: Database, writer: Backend
) -> None:
    async with process(database.app, LEFT, RIGHT), notices(database) as heard:
        await heard.until(first := await write(writer, 1), LEFT.name, RIGHT.name)
        await eventually(partial(all_stored, writer, first))
        for _ in range(3):
            last = await write(writer, 1)
            told = await heard.until(last, LEFT.name, RIGHT.name)
            assert told[-1].models == {LEFT.name, RIGHT.name}
            await eventually(partial(all_stored, writer, last))


async def test_with_leadership_split_each_process_names_only_its_own(
    database: Database, writer: Backend
) -> None:
    async with (
        process(database.app, TALLIES),
        process(database.app, LEFT, RIGHT),
        notices(database) as heard,
    ):
        told = list[Notice]()
        for _ in range(5):
            told += await heard.until(await append(writer, 3), *NAMES)

    assert {len(notice.models & {NAME}) * len(notice.models - {NAME}) for notice in told} == {0}


async def test_a_paused_model_is_not_named_and_a_resumed_one_is(
    database: Database, writer: Backend
) -> None:
    operations = Operations(database.app, MODELS)
    async with process(database.app, *MODELS), notices(database) as heard:
        await heard.until(paused_at := await write(writer, 1), *NAMES)
        await operations.pause(LEFT.name)
        others = NAMES - {LEFT.name}
        told = [await heard.until(await append(writer, 3), *others) for _ in range(3)]
        beyond = [each for each in chain(*told) if each.position > paused_at]

        assert all(LEFT.name not in notice.models for notice in beyond)
        await operations.resume(LEFT.name)
        await heard.until(await append(writer, 3), *NAMES)


async def test_a_failed_model_is_not_named_and_the_others_are(
    database: Database, writer: Backend
) -> None:
    def refuse(_: Sequence[RecordedEvent]) -> Any:
        raise ValueError("what is this?")

    async with (
        process(database.app, TALLIES, LEFT, RIGHT._replace(fold=refuse)) as projector,
        notices(database) as heard,
    ):
        key, created = await writer.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
        await heard.until(created.position, *NAMES)
        trashed = await writer.contexts.documents.commands.trash(key, WriteOptions(ACME))
        await heard.until(trashed.position, NAME, LEFT.name)
        await eventually(lambda: _fails(projector, f"{RIGHT.name}:1"))
        told = await heard.until(await append(writer, 3), NAME, LEFT.name)

        assert [*projector.kernel.supervisor.failing()] == [f"{RIGHT.name}:1"]
        assert all(RIGHT.name not in each.models for each in told if each.position > 1)


async def test_an_event_of_a_later_release_stops_all_that_follow(
    database: Database, writer: Backend, looker: AsyncConnection[Any]
) -> None:
    async with process(database.app, *MODELS) as projector, notices(database) as heard:
        await heard.until(last := await write(writer, 1), *NAMES)
        await looker.execute(OF_TOMORROW)
        await looker.execute("SELECT pg_notify('forge_events', %s::text)", (last + 1,))

        await eventually(partial(_all_stopped_at, looker, last + 1))
        assert {*projector.kernel.supervisor.failing()} == {f"{name}:1" for name in NAMES}


async def test_while_one_is_blocked_others_go_on_and_it_then_catches_up_at_once(
    database: Database, writer: Backend, looker: AsyncConnection[Any]
) -> None:
    batches = list[int]()

    @asynccontextmanager
    async def locked(table: str) -> AsyncIterator[None]:
        async with looker.transaction():
            await looker.execute(SQL("LOCK TABLE models.{}").format(Identifier(table)))
            yield

    def counted(records: Sequence[RecordedEvent]) -> Any:
        batches.append(len(records))
        return TALLIES.fold(records)

    async with process(database.app, TALLIES._replace(fold=counted), LEFT, RIGHT):
        key, created = await writer.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
        for name in NAMES:
            await writer.kernel.models[name].reach(created.position, within=5)
        async with locked("tallies_1"):
            for _ in range(5):
                last = await append(writer, 10)
                await writer.kernel.models[LEFT.name].reach(last, within=5)
            trashed = await writer.contexts.documents.commands.trash(key, WriteOptions(ACME))
            await writer.kernel.models[RIGHT.name].reach(trashed.position, within=5)
            assert writer.kernel.models[NAME].position == created.position
            before = len(batches)
        await writer.kernel.models[NAME].reach(trashed.position, within=5)

    assert await count_rows(looker) == await count_events(looker)
    assert len(batches) - before <= 1


async def _until_all_rest(writer: Backend, heard: Notices) -> int:
    """Append until the projectors have caught up, so that the notice of one names all."""
    async with asyncio.timeout(5):
        while True:
            last = await append(writer, 1)
            if (await heard.until(last, NAME))[-1].models == NAMES:
                return last


async def _all_stopped_at(connection: AsyncConnection[Any], position: int) -> bool:
    return all(each.failed_position == position for each in await build_statuses(connection))


async def _fails(backend: Backend, name: str) -> bool:
    return name in backend.kernel.supervisor.failing()
