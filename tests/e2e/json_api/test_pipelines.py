"""``/api/v1/pipelines``: created, revised and archived as wire.md says, over HTTP."""

from typing import Any, Final

import pytest
from httpx import AsyncClient

from tests.support.json_api.pipelines import (
    GREETING,
    IN,
    OUT,
    PIPELINES,
    create_pipeline,
    graph,
    line,
    run_pipeline,
    step,
)

pytestmark = pytest.mark.anyio

SORT: Final = step("s", "cleanup.sort-keys")
WRITES: Final = {**OUT, "document": {"name": "d"}}
JOINED: Final = step("j", "merge.deep-merge")


async def test_a_pipeline_is_created_and_read_back(client: AsyncClient) -> None:
    body = {"name": "greeting", "description": "Says hello", "graph": GREETING}
    created = await client.post(PIPELINES, json=body)
    read = await client.get(created.headers["location"])

    assert created.status_code == 201
    assert created.json()["success"] is True
    assert read.json() == created.json()
    assert read.headers["etag"] == created.headers["etag"] == '"1"'
    pipeline = read.json()["pipeline"]
    assert pipeline["graph"] == GREETING
    assert (pipeline["name"], pipeline["description"]) == ("greeting", "Says hello")
    assert pipeline["createdAt"] == pipeline["updatedAt"] > 1_700_000_000_000


async def test_a_pipeline_is_replaced_by_who_knows_its_version(client: AsyncClient) -> None:
    path = await create_pipeline(client)
    other = line(SORT)

    replaced = await client.put(
        path, json={"name": "q", "graph": other}, headers={"If-Match": '"1"'}
    )
    stale = await client.put(path, json={"name": "r", "graph": other}, headers={"If-Match": '"1"'})
    same = await client.put(path, json={"name": "q", "graph": other})
    known = await client.get(path, headers={"If-None-Match": replaced.headers["etag"]})

    assert replaced.json()["pipeline"]["graph"] == other
    assert replaced.headers["etag"] == same.headers["etag"] == '"2"'
    assert stale.status_code == 412
    assert known.status_code == 304


async def test_an_archived_pipeline_is_missing(client: AsyncClient) -> None:
    path = await create_pipeline(client)
    kept = await create_pipeline(client, name="kept")
    deleted = await client.delete(path)
    again = await client.delete(path)
    answers = [
        await client.get(path),
        await client.put(path, json={"name": "x", "graph": GREETING}),
        await run_pipeline(client, path, {"default": 1}),
        await client.get(f"{path}/runs"),
    ]

    assert deleted.json() == {"success": True, "archived": True}
    assert {each.status_code for each in (again, *answers)} == {404}
    assert {each.json()["code"] for each in answers} == {"PIPELINE_NOT_FOUND"}
    listed = (await client.get(PIPELINES)).json()["pipelines"]
    assert [each["id"] for each in listed] == [kept.rpartition("/")[2]]


async def test_lists_go_page_by_page_newest_first(client: AsyncClient) -> None:
    for name in "abc":
        await create_pipeline(client, name=name)
    first = (await client.get(PIPELINES, params={"limit": 2})).json()
    second = (
        await client.get(PIPELINES, params={"limit": 2, "cursor": first["nextCursor"]})
    ).json()

    assert [each["name"] for each in first["pipelines"]] == ["c", "b"]
    assert [each["name"] for each in second["pipelines"]] == ["a"]
    assert second["nextCursor"] is None
    assert "graph" not in first["pipelines"][0]


async def test_its_history_is_on_record(client: AsyncClient) -> None:
    path = await create_pipeline(client)
    await client.put(path, json={"name": "q", "graph": line(SORT)})
    await client.delete(path)
    history = await client.get(f"/audit/pipelines/{path.rpartition('/')[2]}")

    types = [event["type"] for event in history.json()["events"]]
    assert types == ["pipeline.created", "pipeline.revised", "pipeline.archived"]


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(
    ("made", "code", "names"),
    [
        (graph([IN, SORT, {**SORT, "id": "t"}], ["s > t", "t > s"]), "INVALID_PIPELINE", "s"),
        (graph([IN, SORT], ["s > s"]), "INVALID_PIPELINE", "s"),
        (graph([IN, OUT], ["input_1 > nowhere"]), "INVALID_PIPELINE", "nowhere"),
        (graph([IN, OUT], ["nowhere > output_1"]), "INVALID_PIPELINE", "nowhere"),
        (graph([IN, SORT, SORT], []), "INVALID_PIPELINE", "s"),
        (graph([IN, OUT, SORT], ["output_1 > s"]), "INVALID_PIPELINE", "output_1"),
        (graph([IN, OUT, SORT], ["s > input_1"]), "INVALID_PIPELINE", "input_1"),
        (line(step("x", "no.such")), "UNKNOWN_UTILITY", "x"),
        (line(step("x", "cleanup.dedupe", {"key": "a"})), "INVALID_CONFIG", "x"),
        (line(step("x", "cleanup.dedupe", when="a >")), "INVALID_CONFIG", "x"),
        (line({"id": "x", "type": "step"}), "INVALID_PIPELINE", "x"),
        (line(JOINED), "INVALID_PIPELINE", "j"),
        (
            graph([IN, SORT], [{"from": "input_1", "to": "s", "input": "secondary"}]),
            "INVALID_PIPELINE",
            "s",
        ),
        (graph([{**IN, "utility": "cleanup.dedupe"}], []), "INVALID_PIPELINE", "input_1"),
        (graph([{**IN, "document": {"name": "d"}}], []), "INVALID_PIPELINE", "input_1"),
        (
            graph([WRITES, {**WRITES, "id": "o"}], []),
            "INVALID_PIPELINE",
            "o",
        ),
    ],
)
async def test_what_is_wrong_with_a_graph_is_said_of_the_node(
    client: AsyncClient, made: Any, code: str, names: str
) -> None:
    response = await client.post(PIPELINES, json={"name": "p", "graph": made})

    assert response.status_code == 400
    assert response.json()["code"] == code
    assert f"Node {names!r}" in response.json()["error"]


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "p"},
        {"name": "", "graph": GREETING},
        {"name": "x" * 101, "graph": GREETING},
        {"name": "a\0b", "graph": GREETING},
        {"name": "p", "graph": {**GREETING, "kind": "other"}},
        {"name": "p", "graph": {**GREETING, "version": "2.0"}},
        {"name": "p", "graph": {**GREETING, "more": 1}},
        {"name": "p", "graph": graph([{"id": "a b", "type": "input"}], [])},
        {"name": "p", "graph": graph([{"id": "a\n", "type": "input"}], [])},
        {"name": "p", "graph": graph([{"id": "a", "type": "other"}], [])},
        {"name": "p", "graph": line(step("x", "cleanup.sort-keys", {"deep": "yes"}))},
        {"name": "p", "graph": graph([{"id": f"n{n}", "type": "input"} for n in range(101)], [])},
    ],
)
async def test_what_is_no_pipeline_is_refused(client: AsyncClient, body: Any) -> None:
    response = await client.post(PIPELINES, json=body)

    assert response.status_code == 400
    assert response.json().keys() == {"success", "error", "code"}


async def test_a_repeated_creation_creates_once(client: AsyncClient) -> None:
    body, once = {"name": "p", "graph": GREETING}, {"Idempotency-Key": "pipeline-1"}
    first = await client.post(PIPELINES, json=body, headers=once)
    again = await client.post(PIPELINES, json=body, headers=once)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await client.get(PIPELINES)).json()["pipelines"]) == 1
