"""Benchmark: utilities and pipelines over HTTP, against calling the functions directly."""

import json
import time
from collections.abc import Mapping
from functools import reduce
from statistics import median
from typing import Any, Final

import uvloop
from httpx import Client

from adapters.utilities.dispatch import run_utility
from adapters.utilities.inputs import Inputs
from adapters.utilities.json_value import read, write
from domain.pipelines.drafting.draft import DraftStep, graph_of_steps
from domain.pipelines.utilities.catalogue import utility
from scripts.bench.load import Target, loader
from scripts.bench.results import Comparison, Row, at_least, comparison_row, single_row
from scripts.bench.rig import Rig
from scripts.bench.subjects import api_key, forge

MIN_RATE: Final = 500
MAX_RATIO: Final = 1.5
CONNECTIONS: Final = 32
MEGABYTES: Final = 5
FUNCTIONS: Final = "the functions alone"
RUNS: Final = 3
"""Runs per round, whose figure is their median."""
CLEAN_INPUT: Final[Mapping[str, Any]] = {
    "id": 1,
    "name": "  Ada Lovelace ",
    "note": None,
    "tags": [" early ", None, "berlin"],
    "address": {"city": "Berlin ", "zip": None},
}
CLEAN: Final = DraftStep("schema.clean-json", {"trimStrings": True, "removeNulls": True})
STEPS: Final = (
    CLEAN,
    DraftStep("cleanup.format-values", {"targets": ["email"], "operation": "lowercase"}),
    DraftStep("transform.compute", {"fields": {"total": "price * quantity"}}),
    DraftStep("structure.sort", {"by": "total", "dir": "desc"}),
    DraftStep("structure.pick-fields", {"fields": ["id", "email", "total"]}),
)


def utilities(rig: Rig) -> Row:
    """Measure runs of a small utility per second; each run is charged durably."""
    bound = at_least(f"clean-json of 150 bytes, {CONNECTIONS} connections", "runs/s", MIN_RATE)
    make = loader(rig.load_core)
    with forge(rig, uvloop.run(api_key(rig))) as target:
        make("clean", target, 1.0, CONNECTIONS)
        loads = []
        for turn in range(rig.plan.rounds):
            rig.say(f"{bound.name}: round {turn + 1} of {rig.plan.rounds}")
            loads.append(make("clean", target, rig.plan.seconds, CONNECTIONS))
    rates = [load.rate for load in loads]
    pure = 1 / _time_functions(json.dumps(CLEAN_INPUT).encode(), (CLEAN,), times=2_000)
    p99 = max(load.p99_ms for load in loads)
    notes = f"{make.name}, p99 {p99:.0f} ms; the function alone {pure:,.0f}/s: "
    return single_row(bound, rates, rig.fsync_us(), notes + f"{median(rates) / pure:.3f} x")


def pipeline(rig: Rig) -> Row:
    """Compare a pipeline of five steps on 5 MB with calling the five functions."""
    question = Comparison(
        f"{MEGABYTES} MB through 5 steps", "ms", {FUNCTIONS: MAX_RATIO}, better="less"
    )
    text = _records(MEGABYTES * 2**20)
    rounds: dict[str, list[float]] = {"Forge": [], FUNCTIONS: []}
    with forge(rig, uvloop.run(api_key(rig))) as target, _client(target) as client:
        path = _create_pipeline(client)
        _time_run(client, path, text)
        for turn in range(rig.plan.rounds):
            rig.say(f"{question.name}: round {turn + 1} of {rig.plan.rounds}")
            pure = median(_time_functions(text, STEPS, times=1) for _ in range(RUNS))
            ours = median(_time_run(client, path, text) for _ in range(RUNS))
            rounds["Forge"].append(ours * 1_000)
            rounds[FUNCTIONS].append(pure * 1_000)
    return comparison_row(question, rounds, rig.fsync_us(), "over HTTP, run recorded")


def _time_functions(text: bytes, steps: tuple[DraftStep, ...], *, times: int) -> float:
    """Return the seconds that the functions take, including JSON decoding and encoding."""
    configured = [
        (utility(step.utility), utility(step.utility).parse_config(step.config)) for step in steps
    ]
    began = time.perf_counter()
    for _ in range(times):
        write(
            reduce(
                lambda value, each: run_utility(each[0], Inputs(value), each[1]),
                configured,
                read(text),
            )
        )
    return (time.perf_counter() - began) / times


def _records(size: int) -> bytes:
    record = {"email": " ADA@Example.com ", "price": 2.5, "note": None, "tags": ["a", None, " b "]}
    records, length = list[dict[str, Any]](), 2
    while length < size:
        records.append({"id": len(records), "quantity": len(records) % 97, **record})
        length += len(json.dumps(records[-1])) + 2
    return json.dumps(records).encode()


def _client(target: Target) -> Client:
    headers = {"Authorization": f"Bearer {target.key}", "Content-Type": "application/json"}
    return Client(base_url=target.url, headers=headers, timeout=60)


def _create_pipeline(client: Client) -> str:
    graph = json.loads(graph_of_steps(STEPS).text())
    response = client.post("/api/v1/pipelines", json={"name": "bench", "graph": graph})
    response.raise_for_status()
    return str(response.headers["location"])


def _time_run(client: Client, path: str, text: bytes) -> float:
    """Return the seconds of a run, from the request to the last byte of the response."""
    body = b'{"inputs":{"default":' + text + b"}}"
    began = time.perf_counter()
    response = client.post(f"{path}/run", content=body)
    seconds = time.perf_counter() - began
    response.raise_for_status()
    assert b'"status":"completed"' in response.content[:200]  # noqa: S101 - a failed run measures nothing
    return seconds
