"""Benchmark: latency of code generation, and its effect on concurrent reads.

Every prompt differs, so that every program is compiled.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import uvloop
from httpx import AsyncClient, Limits

from scripts.bench.load import Target
from scripts.bench.results import Bound, Comparison, Row, at_most, comparison_row, single_row
from scripts.bench.rig import Rig
from scripts.bench.seed_documents import seed
from scripts.bench.subjects import api_key, forge

CONNECTIONS: Final = 16
READERS: Final = 4
PAUSE_SECONDS: Final = 0.02
"""Pause between requests of a reader: the row measures latency, not throughput."""
MAX_WITH_GCC_MS: Final = 3_000
MAX_WITHOUT_GCC_MS: Final = 1_000
MAX_RATIO: Final = 2.0
QUIET: Final = "Forge when quiet"
NUMBERS: Final = count(1)


def with_gcc(rig: Rig) -> Row:
    bound = at_most(f"generate, {CONNECTIONS} connections, gcc and g++, p50", "ms", MAX_WITH_GCC_MS)
    return _latency(rig, bound, os.environ.get("PATH", os.defpath))


def without_gcc(rig: Rig) -> Row:
    bound = at_most(
        f"generate, {CONNECTIONS} connections, no compiler, p50", "ms", MAX_WITHOUT_GCC_MS
    )
    return _latency(rig, bound, str(_empty_directory(rig)))


def reads_during_generation(rig: Rig) -> Row:
    """Compare the p99 of reads during generations with that of an idle service."""
    name = f"get document while {CONNECTIONS} generate, p99"
    question = Comparison(name, "ms", {QUIET: MAX_RATIO}, better="less")
    with _serve(rig, os.environ.get("PATH", os.defpath)) as target:
        seed(target)
        pairs = [uvloop.run(_compare(target, rig.plan.seconds)) for _ in _turns(rig, name)]
    quiet, meanwhile = zip(*pairs, strict=True)
    rounds = {"Forge": meanwhile, QUIET: quiet}
    return comparison_row(question, rounds, rig.fsync_us(), f"{READERS} readers")


def _latency(rig: Rig, bound: Bound, path: str) -> Row:
    with _serve(rig, path) as target:
        uvloop.run(_generate_for(target, 1.0))
        rounds = [
            uvloop.run(_generate_for(target, rig.plan.seconds)) for _ in _turns(rig, bound.name)
        ]
    p95 = median(quantiles(times, n=20)[18] for times in rounds)
    rate = median(len(times) / rig.plan.seconds for times in rounds)
    notes = f"p95 {p95:.0f} ms, {rate:.0f}/s, every prompt different"
    return single_row(bound, [median(times) for times in rounds], rig.fsync_us(), notes)


def _serve(rig: Rig, path: str) -> AbstractContextManager[Target]:
    return forge(rig, uvloop.run(api_key(rig)), {"PATH": path})


def _empty_directory(rig: Rig) -> Path:
    """Create an empty directory as PATH; the server programs are not found by PATH."""
    place = rig.directory / "empty"
    place.mkdir(exist_ok=True)
    return place


def _turns(rig: Rig, name: str) -> range:
    rig.say(name)
    return range(rig.plan.rounds)


async def _generate_for(target: Target, seconds: float) -> list[float]:
    """Generate programs for some seconds; return the latency of each in milliseconds."""
    async with _client(target, CONNECTIONS) as client:
        until = time.perf_counter() + seconds
        some = await asyncio.gather(*(_generate(client, until) for _ in range(CONNECTIONS)))
    return [each for times in some for each in times]


async def _generate(client: AsyncClient, until: float) -> list[float]:
    times: list[float] = []
    while not times or time.perf_counter() < until:
        number = next(NUMBERS)
        body = {
            "prompt": f"Export parts where item id is P-{number}* to parts_{number}.csv",
            "projectContext": {"tcVersion": "14.3", "compiler": "gcc", "codePrefix": "PNX"},
        }
        began = time.perf_counter()
        (await client.post("/v1/generations", json=body)).raise_for_status()
        times.append((time.perf_counter() - began) * 1_000)
    return times


async def _compare(target: Target, seconds: float) -> tuple[float, float]:
    """Return the p99 of reads on an idle service, and during generations."""
    quiet = await _read(target, seconds)
    generating = asyncio.create_task(_generate_for(target, seconds + 1))
    await asyncio.sleep(0.5)
    meanwhile = await _read(target, seconds)
    await generating
    return quiet, meanwhile


async def _read(target: Target, seconds: float) -> float:
    ids = target.ids.read_text().split()
    async with _client(target, READERS) as client:
        until = time.perf_counter() + seconds
        some = await asyncio.gather(*(_reads(client, ids[n:], until) for n in range(READERS)))
    return quantiles([each for times in some for each in times], n=100)[98]


async def _reads(client: AsyncClient, ids: list[str], until: float) -> list[float]:
    times: list[float] = []
    for document_id in ids:
        if time.perf_counter() > until:
            break
        began = time.perf_counter()
        (await client.get(f"/api/v1/documents/{document_id}")).raise_for_status()
        times.append((time.perf_counter() - began) * 1_000)
        await asyncio.sleep(PAUSE_SECONDS)
    return times


@asynccontextmanager
async def _client(target: Target, connections: int) -> AsyncIterator[AsyncClient]:
    headers = {"Authorization": f"Bearer {target.key}"}
    limits = Limits(max_connections=connections)
    async with AsyncClient(
        base_url=target.url, headers=headers, limits=limits, timeout=60
    ) as client:
        yield client
