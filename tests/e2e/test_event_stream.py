"""The event feed as server-sent events: nothing is missed, nothing comes twice, all comes soon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import pytest
from httpx import AsyncClient
from psycopg import AsyncConnection

from tests.support.documents import DOCUMENTS, create
from tests.support.event_streams import Event, EventSource, event_source
from tests.support.web import Service, fresh_name

pytestmark = pytest.mark.anyio

EVENTS: Final = "/events"
CREATED: Final = f"{EVENTS}?types=document.created"
MANY: Final = 60
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


@asynccontextmanager
async def following(
    service: Service, client: AsyncClient, target: str = EVENTS, last: int | None = None
) -> AsyncIterator[EventSource]:
    key = client.headers["Authorization"]
    async with event_source(service.url, target, key, last) as source:
        yield source


async def live(source: EventSource, client: AsyncClient) -> Event:
    """Return the event of a document made now: from then on the source follows what happens."""
    document_id = await create(client)
    while (event := await source.event()).data["stream"] != f"document-{document_id}":
        pass
    return event


async def test_a_stream_tells_what_was_and_then_what_happens(
    service: Service, client: AsyncClient
) -> None:
    past = [await create(client) for _ in range(3)]
    async with following(service, client, CREATED) as source:
        assert await documents(source, 3) == past
        coming = [await create(client) for _ in range(3)]
        assert await documents(source, 3) == coming

    assert source.status == 200
    assert source.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert source.headers["cache-control"] == "no-store"


async def test_an_event_of_the_stream_is_that_of_the_page(
    service: Service, client: AsyncClient
) -> None:
    await create(client)
    async with following(service, client) as source:
        page = (await client.get(EVENTS)).json()["events"]
        told = await source.events(len(page))

    assert [event.data for event in told] == page
    assert [(event.type, event.position) for event in told] == [
        (event["type"], event["position"]) for event in page
    ]


async def test_who_comes_back_goes_on_where_it_was(service: Service, client: AsyncClient) -> None:
    created = [await create(client)]
    async with following(service, client, CREATED) as source:
        seen = await documents(source, 1)
    for _ in range(3):
        created.append(await create(client))
        async with following(service, client, CREATED, source.last) as source:
            created.append(await create(client))
            seen += await documents(source, 2)

    assert seen == created


async def test_a_header_stands_above_the_address_and_latest_is_what_is_to_come(
    service: Service, client: AsyncClient
) -> None:
    await create(client)
    async with following(service, client, f"{CREATED}&after=latest") as newest:
        await live(newest, client)
        second = await create(client)
        assert await documents(newest, 1) == [second]
        third = await create(client)
        async with following(service, client, f"{CREATED}&after=latest", newest.last) as resumed:
            assert await documents(resumed, 1) == [third]


async def test_a_long_past_is_told_from_the_log_while_more_happens(
    service: Service, client: AsyncClient, rival: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.feed.following.PAGE", 25)
    past = await asyncio.gather(*(create(client) for _ in range(MANY)))
    await asyncio.gather(*(create(rival) for _ in range(MANY)))
    async with following(service, client, CREATED) as source:
        coming, told = await asyncio.gather(
            asyncio.gather(*(create(client) for _ in range(MANY))),
            documents(source, 2 * MANY),
        )

    assert sorted(told[:MANY]) == sorted(past)
    assert sorted(told[MANY:]) == sorted(coming)


async def test_only_what_was_asked_for_and_may_be_seen_is_told(
    service: Service, client: AsyncClient, rival: AsyncClient
) -> None:
    own = await create(client)
    async with (
        following(service, client, f"{EVENTS}?stream=document-{own}&after=latest") as one,
        following(service, client, f"{EVENTS}?types=document.trashed&after=latest") as trashed,
    ):
        await client.put(f"{DOCUMENTS}/{own}/content", json={"content": 1})
        assert (await one.event()).type == "document.version_added"
        await create(client)
        await rival.delete(f"{DOCUMENTS}/{await create(rival)}")
        await client.delete(f"{DOCUMENTS}/{own}")
        told = [await source.event() for source in (one, trashed)]

    assert {(event.type, event.data["stream"]) for event in told} == {
        ("document.trashed", f"document-{own}")
    }


async def test_what_is_erased_before_it_is_read_is_told_without_its_texts(
    service: Service, client: AsyncClient
) -> None:
    name = "a name that must go"
    async with following(service, client, f"{EVENTS}?types=document.*") as source:
        await live(source, client)
        document = f"{DOCUMENTS}/{await create(client, name=name, folder=None)}"
        await client.delete(document)
        await client.post(f"{document}/purge")
        async with following(service, client, f"{EVENTS}?types=document.*", source.last) as late:
            told = await late.events(3)

    assert [event.type for event in told] == [
        *("document.created", "document.trashed", "document.purged"),
    ]
    assert name not in str(told)


@pytest.mark.parametrize("last", [2**40, None])
async def test_a_position_beyond_the_log_moves_its_reader_to_the_end(
    service: Service, client: AsyncClient, last: int | None
) -> None:
    end = int(
        (await client.post(DOCUMENTS, json={"name": "n", "content": 1})).headers["x-forge-position"]
    )
    async with following(service, client, f"{EVENTS}?after={2**40}", last) as source:
        reset = await source.event()
        with pytest.raises(EOFError):
            await source.event()

    assert reset.type == "reset"
    assert reset.position == reset.data["position"] >= end


async def test_readers_of_a_log_that_has_become_shorter_are_sent_to_its_end(
    pristine: Service,
) -> None:
    async with pristine.client("acme") as client, following(pristine, client) as source:
        event = await live(source, client)
        end = (event.position or 0) - 1
        owner = pristine.backend.conninfo.replace("forge_app", "forge")
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
        following(pristine, client) as idle,
        following(pristine, client, f"{EVENTS}?after=latest") as waiting,
    ):
        await live(idle, client)
        pristine.draining.begin()
        for source in (idle, waiting):
            await ended(source)


async def test_a_stream_ends_with_the_key_it_was_asked_for_with(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.caller.REMEMBERED_SECONDS", 0.05)
    issued = await service.issue(fresh_name())
    async with event_source(service.url, EVENTS, f"Bearer {issued.text}") as source:
        assert (await source.event()).type == "organisation.created"
        await service.revoke(issued.key_id)
        await ended(source)


@pytest.mark.parametrize(
    ("target", "status"),
    [(f"{EVENTS}?after=soon", 400), (f"{EVENTS}?types=none", 400), (f"{EVENTS}?stream=a%00", 400)],
)
async def test_what_makes_no_sense_is_refused_before_a_stream_begins(
    service: Service, client: AsyncClient, target: str, status: int
) -> None:
    async with following(service, client, target) as source:
        assert source.status == status
        assert source.headers["content-type"] == "application/json"


async def test_a_slow_reader_is_sent_away_with_its_place_and_holds_up_nobody(
    service: Service, client: AsyncClient
) -> None:
    key = client.headers["Authorization"]
    async with (
        event_source(service.url, CREATED, key, window=4096) as slow,
        following(service, client, CREATED) as quick,
    ):
        await live(slow, client)
        await live(quick, client)
        written = [await create(client, **LARGE) for _ in range(MORE_THAN_WAITS)]
        assert await documents(quick, len(written)) == written
        seen = [await slow.event()]
        while (event := await slow.event()).type != "lagged":
            seen.append(event)
        with pytest.raises(EOFError):
            await slow.event()

    assert len(seen) < len(written)
    assert (event.data, event.position) == ({"after": seen[-1].position}, None)


async def ended(source: EventSource) -> None:
    """Read to the end of a stream, whatever is told until then."""
    with suppress(EOFError):
        while True:
            await source.event()


async def documents(source: EventSource, count: int) -> list[str]:
    return [event.data["data"]["documentId"] for event in await source.events(count)]
