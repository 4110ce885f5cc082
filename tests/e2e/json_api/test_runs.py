"""``POST /api/v1/pipelines/{id}/run`` as seed 002 and wire.md have it, over HTTP."""

import asyncio
from typing import Any, Final

import pytest
from httpx import AsyncClient

from domain.identity.plans import Plan
from tests.support.json_api.pipelines import (
    IN,
    OUT,
    create_pipeline,
    graph,
    line,
    run_pipeline,
    step,
)
from tests.support.service.web import Service, fresh_name

pytestmark = pytest.mark.anyio

ADA: Final = {"customer_name": "Ada Lovelace"}
SORTS: Final = step("sorts", "structure.sort", {"by": "n"})
BREAKS: Final = step("breaks", "transform.compute", {"fields": {"x": "1 / 0"}})
ONCE: Final = {"Idempotency-Key": "run-7"}


async def test_the_seeds_example_works_as_written(client: AsyncClient) -> None:
    path = await create_pipeline(client)
    response = await run_pipeline(client, path, {"default": ADA}, verbose=True)

    assert response.status_code == 200
    body = response.json()
    assert body["output"] == {"greeting": "Hello Ada Lovelace"}
    assert body["stepOutputs"] == {"input_1": ADA, "format_name": body["output"]}
    assert (body["success"], body["status"], body["creditsUsed"]) == (True, "completed", 1)
    assert 0 < body["durationMs"] < 10_000
    assert "warnings" not in body
    assert int(response.headers["x-forge-position"]) > 0


async def test_without_verbose_only_the_output_is_returned(client: AsyncClient) -> None:
    path = await create_pipeline(client)
    body = (await run_pipeline(client, path, {"default": ADA})).json()

    assert body.keys() == {
        *("success", "status", "output", "durationMs", "creditsUsed", "runId"),
    }


async def test_branches_run_and_come_together(client: AsyncClient) -> None:
    made = graph(
        [
            *(IN, {"id": "extra", "type": "input"}, OUT),
            step("clean", "schema.clean-json", {"removeNulls": True}),
            step("shout", "cleanup.format-values", {"operation": "uppercase"}),
            step("merge", "merge.deep-merge"),
        ],
        [
            *("input_1 > clean", "extra > shout", "merge > output_1"),
            {"from": "shout", "to": "merge", "input": "secondary"},
            {"from": "clean", "to": "merge", "input": "primary"},
        ],
    )
    path = await create_pipeline(client, made)
    inputs = {"input_1": {"a": 1, "b": None}, "extra": {"c": "x"}}
    body = (await run_pipeline(client, path, inputs, verbose=True)).json()
    missing = await run_pipeline(client, path, {"input_1": {}})
    strange = await run_pipeline(client, path, {**inputs, "more": 1})

    assert body["output"] == {"a": 1, "c": "X"}
    assert body["stepOutputs"].keys() == {"input_1", "extra", "clean", "shout", "merge"}
    assert missing.status_code == 400
    assert missing.json()["code"] == "INVALID_INPUT"
    assert "'extra'" in missing.json()["error"]
    assert strange.status_code == 400


async def test_several_outputs_are_returned_by_name(client: AsyncClient) -> None:
    made = graph(
        [IN, OUT, {"id": "raw", "type": "output"}], ["input_1 > output_1", "input_1 > raw"]
    )
    path = await create_pipeline(client, made)
    body = (await run_pipeline(client, path, {"x": [1]})).json()

    assert body["output"] == {"output_1": [1], "raw": [1]}


async def test_a_step_that_fails_ends_the_run_and_costs_nothing(client: AsyncClient) -> None:
    path = await create_pipeline(client, line(SORTS, BREAKS))
    body = (await run_pipeline(client, path, {"x": [{"n": 1}]})).json()

    assert (body["status"], body["output"], body["creditsUsed"]) == ("failed", None, 0)
    assert body["success"] is True
    [warning] = body["warnings"]
    assert (warning["nodeId"], warning["code"]) == ("breaks", "INVALID_INPUT")
    assert "1 / 0" in warning["message"]


async def test_a_failed_optional_step_passes_on_its_input(client: AsyncClient) -> None:
    path = await create_pipeline(client, line({**BREAKS, "onError": "continue"}, SORTS))
    body = (await run_pipeline(client, path, {"x": [{"n": 2}, {"n": 1}]})).json()

    assert body["status"] == "completed_with_warnings"
    assert body["output"] == [{"n": 1}, {"n": 2}]
    assert [warning["nodeId"] for warning in body["warnings"]] == ["breaks"]
    assert body["creditsUsed"] == 1


async def test_a_condition_that_is_not_met_skips_what_comes_after(client: AsyncClient) -> None:
    path = await create_pipeline(client, line({**SORTS, "when": "length($) > 1"}))
    skipped = (await run_pipeline(client, path, {"x": []})).json()
    met = (await run_pipeline(client, path, {"x": [{"n": 2}, {"n": 1}]})).json()

    assert (skipped["status"], skipped["output"], skipped["creditsUsed"]) == ("skipped", None, 0)
    assert (met["status"], met["output"]) == ("completed", [{"n": 1}, {"n": 2}])


async def test_of_two_branches_the_one_that_is_reached_comes_out(client: AsyncClient) -> None:
    made = graph(
        [
            *(IN, OUT),
            step("big", "transform.compute", {"fields": {"is": "'big'"}}, when="n >= 10"),
            step("small", "transform.compute", {"fields": {"is": "'small'"}}, when="n < 10"),
        ],
        ["input_1 > big", "input_1 > small", "big > output_1", "small > output_1"],
    )
    path = await create_pipeline(client, made)
    told = [(await run_pipeline(client, path, {"x": {"n": n}})).json() for n in (3, 30)]

    assert [body["output"]["is"] for body in told] == ["small", "big"]
    assert {body["status"] for body in told} == {"completed"}


@pytest.mark.parametrize(
    "made",
    [
        graph([IN], []),
        graph([IN, OUT], []),
        graph([IN, SORTS, OUT], ["input_1 > sorts"]),
        graph([SORTS, OUT], ["sorts > output_1"]),
        graph([], []),
    ],
)
async def test_what_reaches_no_output_is_refused(client: AsyncClient, made: Any) -> None:
    path = await create_pipeline(client, made)
    response = await run_pipeline(client, path, {"x": 1} if IN in made["nodes"] else {})

    assert response.status_code == 400
    assert response.json()["code"] == "PIPELINE_NO_OUTPUT"
    assert (await client.get(f"{path}/runs")).json()["runs"] == []


async def test_runs_are_listed_and_shown_step_by_step(client: AsyncClient) -> None:
    path = await create_pipeline(client, line(SORTS))
    first = (await run_pipeline(client, path, {"x": [{"n": 2}, {"n": 1}]})).json()
    second = (await run_pipeline(client, path, {"x": "no array"})).json()
    page = (await client.get(f"{path}/runs", params={"limit": 1})).json()
    rest = (await client.get(f"{path}/runs", params={"cursor": page["nextCursor"]})).json()
    one = (await client.get(f"{path}/runs/{first['runId']}")).json()["run"]
    output = await client.get(f"{path}/runs/{first['runId']}/output")
    nothing = await client.get(f"{path}/runs/{second['runId']}/output")

    assert [run["id"] for run in page["runs"] + rest["runs"]] == [second["runId"], first["runId"]]
    assert (one["status"], one["creditsUsed"], one["pipelineVersion"]) == ("completed", 1, 1)
    [told] = one["steps"]
    assert (told["nodeId"], told["utilityId"]) == ("sorts", "structure.sort")
    assert told["status"] == "completed"
    assert told["durationMs"] > 0
    assert one["inputs"]["size"] == len('{"input_1":[{"n":2},{"n":1}]}')
    assert output.json() == [{"n": 1}, {"n": 2}]
    assert one["output"]["size"] == len(output.content)
    assert nothing.status_code == 404


async def test_a_repeated_run_runs_once(client: AsyncClient) -> None:
    path = await create_pipeline(client)
    body = {"inputs": {"default": ADA}}
    first, again = [await client.post(f"{path}/run", json=body, headers=ONCE) for _ in range(2)]
    other = await client.post(f"{path}/run", json={"inputs": {"default": 1}}, headers=ONCE)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422
    assert len((await client.get(f"{path}/runs")).json()["runs"]) == 1


async def test_credits_run_out_and_are_never_overspent(service: Service) -> None:
    async with service.client(fresh_name(), plan=Plan.TRIAL) as client:
        path = await create_pipeline(client)
        asked = [run_pipeline(client, path, {"x": ADA}) for _ in range(110)]
        answers = await asyncio.gather(*asked)
        runs = (await client.get(f"{path}/runs", params={"limit": 100})).json()

    statuses = [each.status_code for each in answers]
    assert (statuses.count(200), statuses.count(429)) == (100, 10)
    refused = next(each for each in answers if each.status_code == 429)
    assert refused.json()["code"] == "CREDITS_EXHAUSTED"
    assert len(runs["runs"]) == 100
    assert runs["nextCursor"] is None


async def test_a_run_that_takes_too_long_is_ended_and_on_record(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.pipelines.utility_executor.LEAST_SECONDS", 0.5)
    slow = step("slow", "cleanup.repair-json")
    path = await create_pipeline(client, line(slow))
    response = await run_pipeline(client, path, {"x": "{" * 40_000})
    [run] = (await client.get(f"{path}/runs")).json()["runs"]
    one = (await client.get(f"{path}/runs/{run['id']}")).json()["run"]

    assert response.status_code == 408
    assert response.json()["code"] == "TIMEOUT"
    assert (run["status"], run["creditsUsed"]) == ("failed", 0)
    assert one["warnings"][0]["code"] == "TIMEOUT"


@pytest.mark.parametrize(
    "body", [{"inputs": []}, {"input": {}}, {"inputs": {}, "verbose": "yes"}, [], {"inputs": {}}]
)
async def test_what_is_no_run_is_refused(client: AsyncClient, body: Any) -> None:
    path = await create_pipeline(client)
    response = await client.post(f"{path}/run", json=body)

    assert response.status_code == 400
    assert response.json().keys() == {"success", "error", "code"}
