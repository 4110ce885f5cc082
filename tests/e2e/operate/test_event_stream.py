"""The event feed as server-sent events: no event is missed or repeated."""

import asyncio
from contextlib import suppress
from typing import Final

import pytest
from httpx import AsyncClient

from application.feed.history import FeedHistory
from tests.support.feed.feed import CREATED, EVENTS, documents, open_stream, read_until_live
from tests.support.json_api.documents import DOCUMENTS, create
from tests.support.service.web import Service

pytestmark = pytest.mark.anyio

MANY: Final = 60


async def test_a_stream_sends_past_events_and_then_new_ones(
    service: Service, client: AsyncClient
) -> None:
    past = [await create(client) for _ in range(3)]
    async with open_stream(service, client, CREATED) as source:
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
    async with open_stream(service, client) as source:
        page = (await client.get(EVENTS)).json()["events"]
        told = await source.events(len(page))

    assert [event.data for event in told] == page
    assert [(event.type, event.position) for event in told] == [
        (event["type"], event["position"]) for event in page
    ]


async def test_who_comes_back_goes_on_where_it_was(service: Service, client: AsyncClient) -> None:
    created = [await create(client)]
    async with open_stream(service, client, CREATED) as source:
        seen = await documents(source, 1)
    for _ in range(3):
        created.append(await create(client))
        async with open_stream(service, client, CREATED, source.last) as source:
            created.append(await create(client))
            seen += await documents(source, 2)

    assert seen == created


async def test_a_header_stands_above_the_address_and_latest_is_what_is_to_come(
    service: Service, client: AsyncClient
) -> None:
    await create(client)
    async with open_stream(service, client, f"{CREATED}&after=latest") as newest:
        await read_until_live(newest, client)
        second = await create(client)
        assert await documents(newest, 1) == [second]
        third = await create(client)
        async with open_stream(service, client, f"{CREATED}&after=latest", newest.last) as resumed:
            assert await documents(resumed, 1) == [third]


async def test_what_happens_once_the_answer_has_begun_is_to_come(
    service: Service, client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where looking for the end of the log takes until then, if the answer leaves it time."""
    head, done = FeedHistory.head, asyncio.Event()

    async def late(past: FeedHistory, after: int) -> int:
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), 0.5)
        return await head(past, after)

    monkeypatch.setattr(FeedHistory, "head", late)
    async with open_stream(service, client, f"{CREATED}&after=latest") as source:
        created = await create(client)
        done.set()
        assert await documents(source, 1) == [created]


async def test_a_long_past_is_sent_from_the_log_while_new_events_arrive(
    service: Service, client: AsyncClient, rival: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.feed.subscription.PAGE", 25)
    past = await asyncio.gather(*(create(client) for _ in range(MANY)))
    await asyncio.gather(*(create(rival) for _ in range(MANY)))
    async with open_stream(service, client, CREATED) as source:
        coming, told = await asyncio.gather(
            asyncio.gather(*(create(client) for _ in range(MANY))),
            documents(source, 2 * MANY),
        )

    assert sorted(told[:MANY]) == sorted(past)
    assert sorted(told[MANY:]) == sorted(coming)


async def test_only_requested_and_permitted_events_are_sent(
    service: Service, client: AsyncClient, rival: AsyncClient
) -> None:
    own = await create(client)
    async with (
        open_stream(service, client, f"{EVENTS}?stream=document-{own}&after=latest") as one,
        open_stream(service, client, f"{EVENTS}?types=document.trashed&after=latest") as trashed,
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


async def test_events_erased_before_reading_are_sent_without_their_texts(
    service: Service, client: AsyncClient
) -> None:
    name = "a name that must go"
    async with open_stream(service, client, f"{EVENTS}?types=document.*") as source:
        await read_until_live(source, client)
        document = f"{DOCUMENTS}/{await create(client, name=name, folder=None)}"
        await client.delete(document)
        await client.post(f"{document}/purge")
        async with open_stream(service, client, f"{EVENTS}?types=document.*", source.last) as late:
            told = await late.events(3)

    assert [event.type for event in told] == [
        *("document.created", "document.trashed", "document.purged"),
    ]
    assert name not in str(told)


@pytest.mark.parametrize(
    ("target", "status"),
    [(f"{EVENTS}?after=soon", 400), (f"{EVENTS}?types=none", 400), (f"{EVENTS}?stream=a%00", 400)],
)
async def test_what_makes_no_sense_is_refused_before_a_stream_begins(
    service: Service, client: AsyncClient, target: str, status: int
) -> None:
    async with open_stream(service, client, target) as source:
        assert source.status == status
        assert source.headers["content-type"] == "application/json"
