"""The event feed read in pages, or followed as a stream."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from httpx import AsyncClient

from tests.support.feed.event_streams import Event, EventSource, event_source
from tests.support.json_api.documents import create
from tests.support.service.web import Service

EVENTS: Final = "/events"
CREATED: Final = f"{EVENTS}?types=document.created"


async def read(client: AsyncClient, **params: Any) -> list[dict[str, Any]]:
    """Read page by page to the end."""
    events: list[dict[str, Any]] = []
    after = 0
    while True:
        response = await client.get(EVENTS, params={"after": after, **params})
        assert response.status_code == 200, response.text
        page = response.json()
        events += page["events"]
        if page["next"] == after:
            return events
        assert page["next"] > after
        after = page["next"]


async def end_of_log(client: AsyncClient) -> int:
    """Return the current end of the log."""
    latest = (await client.get(EVENTS, params={"after": "latest"})).json()
    return int(latest["next"])


@asynccontextmanager
async def open_stream(
    service: Service, client: AsyncClient, target: str = EVENTS, last: int | None = None
) -> AsyncIterator[EventSource]:
    key = client.headers["Authorization"]
    async with event_source(service.url, target, key, last) as source:
        yield source


async def read_until_live(source: EventSource, client: AsyncClient) -> Event:
    """Create a document and read until its event; the source is live from then on."""
    document_id = await create(client)
    while (event := await source.event()).data["stream"] != f"document-{document_id}":
        pass
    return event


async def read_to_end(source: EventSource) -> None:
    """Read a stream to its end and drop its events."""
    with suppress(EOFError):
        while True:
            await source.event()


async def documents(source: EventSource, count: int) -> list[str]:
    return [event.data["data"]["documentId"] for event in await source.events(count)]
