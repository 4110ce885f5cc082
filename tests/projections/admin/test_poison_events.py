"""Poison events: shown, retried or skipped by an operator."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection

from application.eventstore.envelope import Origin, RecordedEvent
from application.projection_admin.skips import ProjectionSkips
from domain.identity.organisations import LOCAL
from domain.projection_admin.events import EventSkipped
from domain.refusals import Invalid
from projections.admin.dry_run import dry_run
from projections.admin.operations import Operations
from projections.admin.poison_events import NothingFailed, NotStoppedThere, PoisonedEvents
from projections.engine.projection import Write
from scripts.composition.backend import Backend
from tests.support.projections.tallies import OF_TOMORROW, TALLIES, fold, operator, process, write
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NAME: Final = TALLIES.name
EVENTS: Final = 40
POISON: Final = 30
OPERATOR: Final = Origin(actor="key:ops", org_id=LOCAL, correlation_id="request-9")
APPLIED: Final[LiteralString] = "SELECT coalesce(sum(events), 0) FROM models.tallies"


class Patched:
    """A fold that does not take one event, until a fix is deployed."""

    def __init__(self) -> None:
        self.broken = True

    def __call__(self, records: Sequence[RecordedEvent]) -> Sequence[Write]:
        if self.broken and any(record.position == POISON for record in records):
            raise ValueError("what is this?")
        return fold(records)


def poisoned_events(backend: Backend, operations: Operations) -> PoisonedEvents:
    return PoisonedEvents(
        operations,
        backend.kernel.log,
        ProjectionSkips(backend.kernel.transactions),
        backend.kernel.conninfo,
    )


async def test_the_event_is_shown_with_its_fields(database: Database) -> None:
    failing = TALLIES._replace(fold=Patched())
    operations = Operations(database.app, [failing])
    async with process(database.app, failing) as backend:
        events = poisoned_events(backend, operations)
        with pytest.raises(NothingFailed):
            await events.of(NAME)
        await write(backend, EVENTS)
        await eventually(_stopped(operations))

        poison = await events.of(NAME)

    assert (poison.position, poison.type, poison.version) == (POISON, "document.created", 1)
    assert "what is this?" in poison.error
    assert poison.data.label.name == "customers"
    assert (poison.actor, poison.request_id) == ("key:k1", "request-1")


async def test_retried_once_it_is_fixed_the_model_goes_on(database: Database) -> None:
    patched = Patched()
    failing = TALLIES._replace(fold=patched)
    operations = Operations(database.app, [failing])
    async with process(database.app, failing) as backend, operator(database) as looker:
        last = await write(backend, EVENTS)
        await eventually(_stopped(operations))
        await operations.retry(NAME)
        await eventually(_stopped(operations))
        patched.broken = False

        await operations.retry(NAME)

        await backend.kernel.models[NAME].reach(last, within=5)
        assert await _applied(looker) == EVENTS
        assert not backend.kernel.supervisor.failing()


async def test_skipped_it_is_passed_over_in_every_build_from_then_on(
    database: Database,
) -> None:
    failing = TALLIES._replace(fold=Patched())
    operations = Operations(database.app, [failing])
    async with process(database.app, failing) as backend, operator(database) as looker:
        events = poisoned_events(backend, operations)
        await write(backend, EVENTS)
        await eventually(_stopped(operations))
        with pytest.raises(NotStoppedThere):
            await events.skip(NAME, POISON + 1, "a mistake", OPERATOR)
        with pytest.raises(Invalid):
            await events.skip(NAME, POISON, " ", OPERATOR)

        assert await events.skip(NAME, None, "made by a test", OPERATOR) == POISON
        assert await events.skip(NAME, POISON, "said twice", OPERATOR) == POISON

        last = await write(backend, 1)
        await backend.kernel.models[NAME].reach(last, within=5)
        assert await _applied(looker) == EVENTS
        await operations.rebuild(NAME, held=False)
        await eventually(lambda: _is_live(operations, 2))
        assert await _applied(looker) == EVENTS
        assert not backend.kernel.supervisor.failing()
        [told] = await backend.kernel.log.read(f"projection-{NAME}")

    assert told.origin == OPERATOR
    expected = EventSkipped(projection=NAME, position=POISON, reason="made by a test")
    assert told.event == expected


async def test_what_cannot_be_decoded_is_shown_as_it_is_stored_and_can_be_skipped(
    database: Database,
) -> None:
    operations = Operations(database.app, [TALLIES])
    async with process(database.app, TALLIES) as backend, operator(database) as looker:
        events = poisoned_events(backend, operations)
        last = await write(backend, EVENTS)
        await backend.kernel.models[NAME].reach(last, within=5)
        await looker.execute(OF_TOMORROW)
        backend.kernel.log.head.advance(last + 1)
        await eventually(_stopped(operations))

        poison = await events.of(NAME)
        assert (poison.position, poison.type) == (last + 1, "document.levitated")
        assert poison.data is None
        assert "document.levitated" in (poison.raw or "")
        await events.skip(NAME, last + 1, "of a later release", OPERATOR)

        await backend.kernel.models[NAME].reach(await write(backend, 1), within=5)
        assert await _applied(looker) == EVENTS + 1
        await operations.rebuild(NAME, held=False)
        await eventually(lambda: _is_live(operations, 2))
        assert not backend.kernel.supervisor.failing()


async def test_a_dry_run_names_what_would_fail_and_writes_nothing(database: Database) -> None:
    failing = TALLIES._replace(fold=Patched())
    async with process(database.app, TALLIES, projecting=False) as backend:
        last = await write(backend, EVENTS)
        async with operator(database) as looker:
            await looker.execute(OF_TOMORROW)
        tried = await dry_run(failing, backend.kernel.log, frozenset(), after=0, until=last + 1)
        some = await dry_run(failing, backend.kernel.log, frozenset(), after=POISON, until=last)
        spared = await dry_run(
            failing, backend.kernel.log, frozenset({POISON, last + 1}), after=0, until=last + 1
        )

    assert [(fault.position, fault.type) for fault in tried.faults] == [
        (POISON, "document.created"),
        (last + 1, None),
    ]
    assert "what is this?" in tried.faults[0].error
    assert (some.events, some.faults) == (EVENTS - POISON, [])
    assert (spared.until, spared.faults) == (last + 1, [])


def _stopped(operations: Operations) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return any(model.error for model in await operations.report())

    return ask


async def _is_live(operations: Operations, number: int) -> bool:
    [model] = await operations.report()
    return model.live is not None and model.live.number == number


async def _applied(connection: AsyncConnection[Any]) -> int:
    [(applied,)] = await (await connection.execute(APPLIED)).fetchall()
    return int(applied)
