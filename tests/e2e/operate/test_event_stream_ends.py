"""Ends of event streams, and the positions that readers resume from."""

from typing import Final

import pytest
from httpx import AsyncClient
from psycopg import AsyncConnection

from tests.support.feed.event_streams import event_source
from tests.support.feed.feed import (
    CREATED,
    EVENTS,
    documents,
    open_stream,
    read_to_end,
    read_until_live,
)
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.web import Service, fresh_name
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

MORE_THAN_WAITS: Final = 250
WIDE: Final = "\U0001d54f"
LARGE: Final = {"description": WIDE * 2_000, "tags": [f"{n:02}{WIDE * 60}" for n in range(50)]}
"""Twenty kilobytes, in what may be personal and is told all the same."""
SHORTEN: Final = """
    ALTER TABLE forge_events DISABLE TRIGGER USER;
    DELETE FROM forge_events WHERE notification_id > {};
    ALTER TABLE forge_events ENABLE TRIGGER USER;
"""
CUT: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.parametrize("last", [2**40, None])
async def test_a_position_beyond_the_log_moves_its_reader_to_the_end(
    service: Service, client: AsyncClient, last: int | None
) -> None:
    end = int(
        (await client.post(DOCUMENTS, json={"name": "n", "content": 1})).headers["x-forge-position"]
    )
    async with open_stream(service, client, f"{EVENTS}?after={2**40}", last) as source:
        reset = await source.event()
        with pytest.raises(EOFError):
            await source.event()

    assert reset.type == "reset"
    assert reset.position == reset.data["position"] >= end


async def test_readers_of_a_log_that_has_become_shorter_are_sent_to_its_end(
    pristine: Service,
) -> None:
    async with pristine.client("acme") as client, open_stream(pristine, client) as source:
        event = await read_until_live(source, client)
        end = (event.position or 0) - 1
        owner = pristine.backend.kernel.conninfo.replace("forge_app", "forge")
        async with await AsyncConnection.connect(owner, autocommit=True) as connection:
            await connection.execute(SHORTEN.format(end).encode())
            await connection.execute(CUT)
        reset = await source.event()
        with pytest.raises(EOFError):
            await source.event()

    assert (reset.type, reset.position) == ("reset", end)


async def test_all_streams_end_when_the_service_leaves(pristine: Service) -> None:
    async with (
        pristine.client("acme") as client,
        open_stream(pristine, client) as idle,
        open_stream(pristine, client, f"{EVENTS}?after=latest") as waiting,
    ):
        await read_until_live(idle, client)
        pristine.draining.begin()
        for source in (idle, waiting):
            await read_to_end(source)


async def test_a_stream_ends_with_its_key(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.auth.credential_cache.SECONDS", 0.05)
    issued = await service.issue(fresh_name())
    async with event_source(service.url, EVENTS, f"Bearer {issued.text}") as source:
        assert (await source.event()).type == "organisation.created"
        await service.revoke(issued.key_id)
        await read_to_end(source)


async def test_a_slow_reader_is_disconnected_with_its_position_and_delays_no_other(
    service: Service, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.feed_stream.FAREWELL_SECONDS", 60)
    key, metrics = client.headers["Authorization"], service.backend.kernel.metrics
    before = metrics.feed_lagged.of().value
    async with (
        event_source(service.url, CREATED, key, window=4096) as slow,
        open_stream(service, client, CREATED) as quick,
    ):
        await read_until_live(slow, client)
        await read_until_live(quick, client)
        assert metrics.feed_readers.of().value == 2
        written = [await create(client, **LARGE) for _ in range(MORE_THAN_WAITS)]
        assert await documents(quick, len(written)) == written
        seen = [await slow.event()]
        while (event := await slow.event()).type != "lagged":
            seen.append(event)
        with pytest.raises(EOFError):
            await slow.event()

    assert len(seen) < len(written)
    assert (event.data, event.position) == ({"after": seen[-1].position}, None)
    assert metrics.feed_lagged.of().value == before + 1
    assert metrics.feed_deliveries.of().value >= len(written) + len(seen)


async def test_a_reader_that_takes_nothing_is_not_waited_for(
    service: Service, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.feed_stream.FAREWELL_SECONDS", 0.05)
    key, readers = client.headers["Authorization"], service.backend.kernel.metrics.feed_readers.of()

    async def nobody_is_left() -> bool:
        return readers.value == 0

    async with event_source(service.url, CREATED, key, window=4096) as asleep:
        await read_until_live(asleep, client)
        for _ in range(MORE_THAN_WAITS):
            await create(client, **LARGE)
        await eventually(nobody_is_left)
        await read_to_end(asleep)
