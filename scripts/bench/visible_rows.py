"""Benchmark: delay from the acknowledgement of a write until a read model shows it."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Final, NamedTuple

import uvloop

from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from scripts.bench.processes import run_process
from scripts.bench.results import Row, at_most, single_row
from scripts.bench.rig import Database, Rig
from scripts.bench.sample_events import created_event
from scripts.composition.backend import Backend
from scripts.processes.process import collect_rarely

WRITERS: Final = 64
MAX_MS: Final = 9
READY_SECONDS: Final = 20.0
WARM_UP_SECONDS: Final = 1.0


class Round(NamedTuple):
    """Percentiles in milliseconds, and writes per second."""

    p50: float
    p99: float
    rate: float


def visible(rig: Rig) -> Row:
    """Measure with the projections in the process of the writers."""
    with rig.database() as database:
        rounds = _rounds(rig, database, projecting=True)
    return _row(rig, "ack to visible, one process, p99", rounds)


def visible_across_processes(rig: Rig) -> Row:
    """Measure with the projections in a separate process."""
    with rig.database() as database, _projector(rig, database):
        rounds = _rounds(rig, database, projecting=False)
    return _row(rig, "ack to visible, two processes, p99", rounds)


def _row(rig: Rig, name: str, rounds: Sequence[Round]) -> Row:
    p50 = median(one.p50 for one in rounds)
    rate = median(one.rate for one in rounds)
    notes = f"{WRITERS} writers, {rate:,.0f} writes/s; p50 {p50:.1f} ms"
    bound = at_most(name, "ms", MAX_MS)
    return single_row(bound, [one.p99 for one in rounds], rig.fsync_us(), notes)


@contextmanager
def _projector(rig: Rig, database: Database) -> Iterator[None]:
    environment = {
        **os.environ,
        "DATABASE_URL": database.owner,
        "FORGE_APP_DATABASE_URL": database.app,
        "REDIS_URL": rig.servers.redis_url,
    }
    command = (sys.executable, "-m", "scripts.forge", "projector", "--data-dir", rig.data_dir)
    with run_process(command, rig.log("projector"), environment):
        yield


def _rounds(rig: Rig, database: Database, *, projecting: bool) -> list[Round]:
    collect_rarely()  # as the processes of the service do
    return uvloop.run(_measure(rig, database, projecting=projecting))


async def _measure(rig: Rig, database: Database, *, projecting: bool) -> list[Round]:
    backend = Backend(database.app, rig.secrets, lambda name, error: rig.say(f"{name}: {error!r}"))
    async with backend.running():
        if projecting:
            backend.project()
        await _time_write(backend, READY_SECONDS)
        await _round(backend, WARM_UP_SECONDS)
        return [await _round(backend, rig.plan.seconds) for _ in range(rig.plan.rounds)]


async def _round(backend: Backend, seconds: float) -> Round:
    until = time.perf_counter() + seconds
    taken = await asyncio.gather(*(_write(backend, until) for _ in range(WRITERS)))
    waits = [wait for writer in taken for wait in writer]
    percentiles = quantiles(waits, n=100)
    return Round(percentiles[49], percentiles[98], len(waits) / seconds)


async def _write(backend: Backend, until: float) -> list[float]:
    waits: list[float] = []
    while time.perf_counter() < until:
        waits.append(await _time_write(backend, READY_SECONDS))
    return waits


async def _time_write(backend: Backend, within: float) -> float:
    """Append a document; return the milliseconds from acknowledgement until it is visible."""
    stored = await backend.kernel.log.append(created_event())
    acknowledged = time.perf_counter()
    await backend.kernel.models[DOCUMENT_SUMMARIES.name].reach(stored[-1].position, within=within)
    return (time.perf_counter() - acknowledged) * 1_000
