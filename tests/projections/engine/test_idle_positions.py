"""Rows of idle read models: they follow the log in one statement, whatever is lost meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection

from application.documents.documents import WriteOptions
from projections.engine import idle_positions, tail
from projections.engine.projection import Projection
from projections.engine.tracking import StaleCheckpoint, build_statuses
from scripts.composition.backend import Backend
from tests.support.domain.records import ACME
from tests.support.projections.bystanders import (
    LEFT,
    MODELS,
    RIGHT,
    Notice,
    all_stored,
    append,
    notices,
)
from tests.support.projections.tallies import DRAFT, TALLIES, operator, process, write
from tests.support.servers.databases import Database
from tests.support.service.backends import Failures
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name
NO_STORING: Final = 60.0
LEADER: Final = "leader left_one 1"
END_LEADER: Final[LiteralString] = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32 | objid::bigint) = hashtextextended('leader left_one 1', 0)
"""
HOLDING: Final[LiteralString] = """
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END';
    CREATE TRIGGER hold BEFORE UPDATE ON projections FOR EACH ROW
        WHEN (NEW.name = 'right_one') EXECUTE FUNCTION hold();
"""
"""Has a move of one row wait for a lock."""
HELD: Final[LiteralString] = """
    SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 4711
"""
END_HELD: Final[LiteralString] = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE NOT granted AND locktype = 'advisory' AND objid = 4711
"""


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[Backend]:
    """Run a process that writes, and projects nothing."""
    async with process(database.app, *MODELS, projecting=False) as backend:
        yield backend


async def test_rows_of_idle_models_follow_once_the_log_is_quiet(
    database: Database, writer: Backend
) -> None:
    async with process(database.app, *MODELS):
        for _ in range(3):
            last = await append(writer, 20)
            await eventually(partial(all_stored, writer, last))


async def test_rows_follow_within_seconds_while_no_statement_stores_them_for_all(
    database: Database, writer: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_positions, "TICK_SECONDS", NO_STORING)
    async with process(database.app, *MODELS):
        await writer.kernel.models[LEFT.name].reach(await append(writer, 1), within=5)
        last = await append(writer, 20)
        await eventually(partial(all_stored, writer, last))


async def test_rows_fall_no_further_behind_than_allowed_while_events_keep_coming(
    database: Database, writer: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_positions, "STORE_SECONDS", NO_STORING)
    monkeypatch.setattr(idle_positions, "STORE_EVENTS", 100)
    async with process(database.app, *MODELS), operator(database) as looker:
        last = await write(writer, 1)
        while last < 1_000:
            last = await append(writer, 50)
            await writer.kernel.models[NAME].reach(last, within=5)
            await eventually(partial(_stored_beyond, looker, last - 400))


async def test_a_locked_row_holds_up_no_other_and_follows_when_it_is_free(
    database: Database, writer: Backend, looker: AsyncConnection[Any]
) -> None:
    async with process(database.app, LEFT, RIGHT) as projector:
        await writer.kernel.models[LEFT.name].reach(first := await write(writer, 1), within=5)
        await eventually(partial(all_stored, writer, first))
        async with looker.transaction():
            await looker.execute("SELECT FROM projections WHERE name = 'left_one' FOR UPDATE")
            for _ in range(3):
                last = await write(writer, 1)
                await writer.kernel.models[RIGHT.name].reach(last, within=5)
            assert writer.kernel.models[LEFT.name].position == first
        await writer.kernel.models[LEFT.name].reach(last, within=5)

        assert not projector.kernel.supervisor.failing()


async def test_a_model_woken_while_its_row_is_being_moved_goes_on_from_there(
    database: Database,
    writer: Backend,
    looker: AsyncConnection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tail, "IDLE_SECONDS", NO_STORING)  # no projector moves a row by itself
    async with process(database.app, *MODELS) as projector:
        key = await _document_at_rest(writer, database, *MODELS)
        async with _held_storing(looker):
            await write(writer, 1)
            await eventually(partial(_is_held, looker))
            trashed = await writer.contexts.documents.commands.trash(key, WriteOptions(ACME))
            # A projector whose row is not being moved does not wait.
            await writer.kernel.models[NAME].reach(await write(writer, 1), within=5)
            assert writer.kernel.models[LEFT.name].position < trashed.position
        for name in (LEFT.name, RIGHT.name):
            await writer.kernel.models[name].reach(trashed.position, within=5)

        assert not projector.kernel.supervisor.failing()


async def test_a_lost_session_in_the_middle_of_a_move_loses_and_doubles_nothing(
    database: Database,
    writer: Backend,
    looker: AsyncConnection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tail, "IDLE_SECONDS", NO_STORING)  # no projector moves a row by itself
    async with process(database.app, *MODELS) as projector:
        key = await _document_at_rest(writer, database, *MODELS)
        async with _held_storing(looker):
            await write(writer, 1)
            await eventually(partial(_is_held, looker))
            await looker.execute(END_HELD)
            await eventually(partial(_fails, projector, "idle positions"))
        trashed = await writer.contexts.documents.commands.trash(key, WriteOptions(ACME))
        last = await append(writer, 1)

        for model in MODELS:
            await writer.kernel.models[model.name].reach(last, within=5)
        await eventually(partial(all_stored, writer, last))
        assert [*projector.kernel.supervisor.failing()] == ["idle positions"]
    assert trashed.position < last
    assert await (await looker.execute("SELECT events FROM models.left_one")).fetchall() == [(1,)]


async def test_a_leader_that_has_lost_its_lock_moves_no_row(
    database: Database,
    writer: Backend,
    looker: AsyncConnection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tail, "IDLE_SECONDS", NO_STORING)  # it does not look by itself
    async with process(database.app, LEFT, RIGHT) as projector:
        await _document_at_rest(writer, database, LEFT, RIGHT)
        [resting_at] = {each.position for each in await build_statuses(looker)}
        async with await AsyncConnection.connect(database.app, autocommit=True) as standby:
            await looker.execute(END_LEADER)
            await standby.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (LEADER,))
            await writer.kernel.models[RIGHT.name].reach(last := await write(writer, 1), within=5)
            await eventually(partial(_fails, projector, "left_one:1"))
            stored = {each.name: each.position for each in await build_statuses(looker)}
            assert stored == {LEFT.name: resting_at, RIGHT.name: last}
        await writer.kernel.models[LEFT.name].reach(last, within=5)

        assert StaleCheckpoint not in map(type, _errors(projector))


async def _stored_beyond(connection: AsyncConnection[Any], position: int) -> bool:
    return all(each.position >= position for each in await build_statuses(connection))


async def _document_at_rest(writer: Backend, database: Database, *models: Projection) -> str:
    """Create a document, wait until all projectors rest, and return its key."""
    key, created = await writer.contexts.documents.commands.create(DRAFT, WriteOptions(ACME))
    names = {model.name for model in models}
    for name in names:
        await writer.kernel.models[name].reach(created.position, within=5)
    async with asyncio.timeout(5), notices(database) as heard:
        told = Notice(0, frozenset())
        while not told.models >= names:  # those that one notice names have caught up
            position = await write(writer, 1)
            told = (await heard.until(position, *names))[-1]
    await eventually(partial(all_stored, writer, position))
    return key


@asynccontextmanager
async def _held_storing(connection: AsyncConnection[Any]) -> AsyncIterator[None]:
    """Hold up each statement that moves the row of one idle model."""
    await connection.execute(HOLDING)
    await connection.execute("SELECT pg_advisory_lock(4711)")
    yield
    await connection.execute("SELECT pg_advisory_unlock(4711)")


async def _is_held(connection: AsyncConnection[Any]) -> bool:
    return bool(await (await connection.execute(HELD)).fetchall())


async def _fails(backend: Backend, name: str) -> bool:
    return name in backend.kernel.supervisor.failing()


def _errors(backend: Backend) -> list[Exception]:
    assert isinstance(backend.kernel.report, Failures)
    return [error for _, error in backend.kernel.report]
