"""Generations as server-sent events: the events of the seed, from the stored stream."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from tests.support.codegen.generations import (
    GENERATIONS,
    STAGES,
    create_generation,
    post_generation,
    request_body,
)
from tests.support.feed.event_streams import EventSource, event_source
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

Told = tuple[str, Any, int | None]


def parsed(text: str) -> list[Told]:
    events: list[Told] = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            position = int(fields["id"]) if "id" in fields else None
            events.append((fields["event"], json.loads(fields["data"]), position))
    return events


async def streamed(client: AsyncClient, body: dict[str, Any]) -> list[Told]:
    response = await client.post(f"{GENERATIONS}/stream", json=body, timeout=30)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return parsed(response.text)


async def test_a_stream_sends_stages_in_order_then_result_and_usage(
    client: AsyncClient,
) -> None:
    events = await streamed(client, request_body("BOM of item 17 to CSV"))

    assert [name for name, _, _ in events] == ["stage"] * 6 + ["result", "usage"]
    [ids] = [{data["generationId"] for name, data, _ in events if name == "stage"}]
    assert [data["stage"] for name, data, _ in events if name == "stage"] == [*STAGES]
    result = events[-2][1]
    assert {result["id"]} == ids
    assert result == (await client.get(f"{GENERATIONS}/{result['id']}")).json()
    assert events[-1][1] == {"used": 1, "limit": 100, "remaining": 99}


async def test_other_keys_of_the_organisation_can_follow_and_resume(
    service: Service, client: AsyncClient
) -> None:
    told = await create_generation(client)
    path = f"{GENERATIONS}/{told['id']}/events"
    whole = parsed((await client.get(path)).text)
    positions = [position for _, _, position in whole if position is not None]
    for cut, position in enumerate(positions):
        rest = await client.get(path, headers={"Last-Event-ID": str(position)})
        left = [each for each in whole if each[2] is None or each[2] > position]
        assert parsed(rest.text) == ([] if cut == len(positions) - 1 else left)
    assert [name for name, _, _ in whole] == ["stage"] * 6 + ["result", "usage"]
    assert service.url


async def test_who_is_cut_off_comes_back_to_what_was_missed(service: Service) -> None:
    key = await service.key(fresh_name())
    async with service.anonymous() as client:
        client.headers["Authorization"] = f"Bearer {key}"
        told = await create_generation(client, request_body("BOM of item 99"))
    seen: list[str] = []
    last: int | None = None
    for _ in range(20):
        target = f"{GENERATIONS}/{told['id']}/events"
        async with event_source(service.url, target, f"Bearer {key}", last) as events:
            seen += await _two_of(events)
            last = events.last
        if "usage" in seen:
            break

    assert seen == ["stage"] * 6 + ["result", "usage"]


async def _two_of(events: EventSource) -> list[str]:
    """Take two events that have an id, with what comes between, and hang up."""
    taken: list[str] = []
    numbered = 0
    while numbered < 2:
        event = await events.event()
        taken.append(event.type)
        numbered += event.position is not None
        if event.type == "usage":
            break
    return taken


async def test_a_repeated_request_gets_the_same_stream(client: AsyncClient) -> None:
    body = request_body(requestId="r-1")
    first = await streamed(client, body)
    second = await streamed(client, body)
    answer = await post_generation(client, body)

    assert second == first
    assert answer.json() == first[-2][1]


async def test_a_dry_run_has_no_stream(client: AsyncClient) -> None:
    body = request_body(options={"dryRun": True})
    response = await client.post(f"{GENERATIONS}/stream", json=body)

    assert response.status_code == 400


async def test_generations_are_in_the_event_feed_without_their_prompts(client: AsyncClient) -> None:
    told = await create_generation(client, request_body("Export SECRET-PROJECT parts to CSV"))
    stream = f"generation-{told['id']}"
    page = (await client.get(f"/events?types=generation.*&stream={stream}")).json()

    assert [each["type"] for each in page["events"]] == [
        "generation.requested",
        *["generation.stage_reached"] * 6,
        "generation.completed",
    ]
    assert "SECRET-PROJECT" not in json.dumps(page)
