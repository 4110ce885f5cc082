"""The listener: notices raise watermarks at once, whenever they come and whatever is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, LiteralString

import pytest
from psycopg import AsyncConnection, OperationalError

from application.concurrency.supervision import end
from application.concurrency.watermark import Watermark
from projections.engine import listener
from projections.engine.listener import LOG, MODELS, Channels, Listener
from tests.support.projections.tallies import operator, process, write
from tests.support.servers.databases import Database
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

NO_POLL: Final = 60.0
NOTIFY: Final[LiteralString] = "SELECT pg_notify(%s, %s)"
NOTIFYING: Final[LiteralString] = """
    SELECT 'forge_events', length(pg_notify('forge_events', '4711')::text)::bigint
"""
END: Final[LiteralString] = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener'
"""


@pytest.fixture(autouse=True)
def no_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave it to the notices: a test would time out before the next poll."""
    monkeypatch.setattr(listener, "POLL_SECONDS", NO_POLL)


@pytest.fixture
async def looker(database: Database) -> AsyncIterator[AsyncConnection[Any]]:
    async with operator(database) as connection:
        yield connection


class Listening:
    """A listener that runs, with the watermarks it raises."""

    def __init__(self, conninfo: str, channels: Channels = LOG + MODELS) -> None:
        self.head = Watermark()
        self.models = {"tallies": Watermark(), "others": Watermark()}
        self.task = asyncio.create_task(
            Listener(conninfo, self.head, self.models, channels, lambda: None).run()
        )


@asynccontextmanager
async def listening(
    database: Database, looker: AsyncConnection[Any], channels: Channels = LOG + MODELS
) -> AsyncIterator[Listening]:
    """Run a listener that reads notices, and end it."""
    running = Listening(f"{database.app} application_name=listener", channels)

    async def hears() -> bool:
        await looker.execute(NOTIFY, ("forge_read_models", "1 tallies"))
        return running.models["tallies"].position == 1

    try:
        await eventually(hears)
        yield running
    finally:
        await end([running.task])


async def test_notices_raise_watermarks_in_whatever_order_they_come(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    async with listening(database, looker) as running:
        for position in (3, 5, 5, 4):
            await looker.execute(NOTIFY, ("forge_read_models", f"{position} tallies"))
        await looker.execute(NOTIFY, ("forge_read_models", "9 of_a_later_release"))
        await looker.execute(NOTIFY, ("forge_events", "7"))
        await running.head.reach(7, within=5)

        assert running.models["tallies"].position == 5
        assert running.models["others"].position == 0


async def test_a_notice_that_comes_with_the_answer_to_a_query_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "POSITIONS", NOTIFYING)
    running = Listening(database.app)
    try:
        await running.head.reach(4711, within=5)
    finally:
        await end([running.task])


async def test_without_a_channel_it_is_not_woken_for_it_but_polls(
    database: Database, looker: AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(database, looker, MODELS) as running:
        await looker.execute(NOTIFY, ("forge_events", "7"))
        await looker.execute(NOTIFY, ("forge_read_models", "5 tallies"))
        await running.models["tallies"].reach(5, within=5)
        assert running.head.position == 0

    monkeypatch.setattr(listener, "POLL_SECONDS", 0.01)
    async with process(database.app, projecting=False) as writing:
        polling = Listening(database.app, MODELS)
        try:
            await polling.head.reach(await write(writing, 3), within=5)
        finally:
            await end([polling.task])


async def test_a_lost_connection_ends_it_at_once_and_resets_what_it_has_heard(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    async with listening(database, looker) as running:
        await looker.execute(NOTIFY, ("forge_read_models", "5 tallies"))
        await running.models["tallies"].reach(5, within=5)

        await looker.execute(END)

        with pytest.raises(OperationalError):
            await asyncio.wait_for(running.task, 5)
        assert running.models["tallies"].position == 0


async def test_a_notice_it_cannot_read_ends_it_with_an_error(
    database: Database, looker: AsyncConnection[Any]
) -> None:
    async with listening(database, looker) as running:
        await looker.execute(NOTIFY, ("forge_events", "nonsense"))

        with pytest.raises(ValueError, match="nonsense"):
            await asyncio.wait_for(running.task, 5)
