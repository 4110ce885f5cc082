"""Utilities and pipelines over HTTP, held to the pure functions behind them."""

import json
import time
from collections.abc import Mapping
from functools import reduce
from statistics import median
from typing import Any, Final

import uvloop
from httpx import Client

from adapters.utilities.inputs import Inputs
from adapters.utilities.json_value import read, write
from adapters.utilities.running import run
from domain.pipelines.drafting.draft import DraftStep, graph_of_steps
from domain.pipelines.utilities.catalogue import utility
from scripts.bench.load import Target, loader
from scripts.bench.results import Row, alone, at_least, at_most
from scripts.bench.rig import Rig
from scripts.bench.subjects import api_key, forge

LEAST_A_SECOND: Final = 500
MAX_RATIO: Final = 1.5
MEGABYTES: Final = 5
RUNS: Final = 3
"""Of a round, whose figure is their median."""
CLEANED: Final[Mapping[str, Any]] = {
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
    """Have small documents cleaned; each run is charged for, durably."""
    bound = at_least("clean-json of 150 bytes, 32 connections", "runs/s", LEAST_A_SECOND)
    make = loader(rig.load_core)
    with forge(rig, uvloop.run(api_key(rig))) as target:
        make("clean", target, 1.0)
        loads = []
        for turn in range(rig.plan.rounds):
            rig.say(f"{bound.name}: round {turn + 1} of {rig.plan.rounds}")
            loads.append(make("clean", target, rig.plan.seconds))
    rates = [load.rate for load in loads]
    pure = 1 / _pure(json.dumps(CLEANED).encode(), (CLEAN,), times=2_000)
    p99 = max(load.p99_ms for load in loads)
    notes = f"{make.name}, p99 {p99:.0f} ms; the function alone {pure:,.0f}/s: "
    return alone(bound, rates, rig.fsync_us(), notes + f"{median(rates) / pure:.3f} x")


def pipeline(rig: Rig) -> Row:
    """Run five steps on five megabytes, and compare with calling the five functions."""
    bound = at_most(f"{MEGABYTES} MB through 5 steps", "x pure functions", MAX_RATIO)
    text = _records(MEGABYTES * 2**20)
    ratios, figures = list[float](), list[tuple[float, float]]()
    with forge(rig, uvloop.run(api_key(rig))) as target, _client(target) as client:
        path = _created(client)
        _timed(client, path, text)
        for turn in range(rig.plan.rounds):
            rig.say(f"{bound.name}: round {turn + 1} of {rig.plan.rounds}")
            pure = median(_pure(text, STEPS, times=1) for _ in range(RUNS))
            ours = median(_timed(client, path, text) for _ in range(RUNS))
            ratios.append(ours / pure)
            figures.append((ours * 1_000, pure * 1_000))
    ours, pure = (median(each) for each in zip(*figures, strict=True))
    notes = f"{ours:.0f} ms over HTTP, on record with its output; {pure:.0f} ms pure"
    return alone(bound, ratios, rig.fsync_us(), notes)


def _pure(text: bytes, steps: tuple[DraftStep, ...], *, times: int) -> float:
    """Return how many seconds the functions take, with JSON read and written around them."""
    used = [
        (utility(step.utility), utility(step.utility).parse_config(step.config)) for step in steps
    ]
    began = time.perf_counter()
    for _ in range(times):
        write(reduce(lambda value, each: run(each[0], Inputs(value), each[1]), used, read(text)))
    return (time.perf_counter() - began) / times


def _records(size: int) -> bytes:
    record = {"email": " ADA@Example.com ", "price": 2.5, "note": None, "tags": ["a", None, " b "]}
    records, made = list[dict[str, Any]](), 2
    while made < size:
        records.append({"id": len(records), "quantity": len(records) % 97, **record})
        made += len(json.dumps(records[-1])) + 2
    return json.dumps(records).encode()


def _client(target: Target) -> Client:
    headers = {"Authorization": f"Bearer {target.key}", "Content-Type": "application/json"}
    return Client(base_url=target.url, headers=headers, timeout=60)


def _created(client: Client) -> str:
    graph = json.loads(graph_of_steps(STEPS).text())
    response = client.post("/api/v1/pipelines", json={"name": "bench", "graph": graph})
    response.raise_for_status()
    return str(response.headers["location"])


def _timed(client: Client, path: str, text: bytes) -> float:
    """Return how many seconds a run takes, from the request to the answer's last byte."""
    body = b'{"inputs":{"default":' + text + b"}}"
    began = time.perf_counter()
    response = client.post(f"{path}/run", content=body)
    spent = time.perf_counter() - began
    response.raise_for_status()
    assert b'"status":"completed"' in response.content[:200]  # noqa: S101 - else it means nothing
    return spent
