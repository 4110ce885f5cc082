"""Benchmark: durable appends per second in one process, against single-row commits of pgbench."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import Final

import uvloop

from application.eventstore.event_store import Append, EventLog
from scripts.bench.pgbench import Pgbench
from scripts.bench.results import Comparison, Row, comparison_row
from scripts.bench.rig import Database, Rig
from scripts.bench.sample_events import restored_event, stored_bytes
from scripts.composition.backend import Backend
from scripts.processes.process import collect_rarely

CLIENTS: Final = (8, 16, 32, 64)
WRITERS: Final = (256, 512, 768, 1_024)
EVENTS_PER_SECOND: Final = 20_000
"""Events created beforehand for each second of a round; pgbench's rows cost nothing either."""
TRIAL_SECONDS: Final = 2.0
QUESTION: Final = Comparison("append one event", "appends/s", {"pgbench": 2.5})


def append(rig: Rig) -> Row:
    fsync_us, size = rig.fsync_us(), stored_bytes(restored_event())
    with rig.database() as ours, rig.database() as theirs:
        pgbench = Pgbench(theirs, rig.directory, size)
        clients = _best_client_count(rig, pgbench)
        writers = _best_writer_count(rig, ours)
        rounds: dict[str, list[float]] = {"Forge": [], "pgbench": []}
        for turn in range(rig.plan.rounds):
            rig.say(f"append: round {turn + 1} of {rig.plan.rounds}")
            rounds["Forge"].append(rate(rig, ours, writers, rig.plan.seconds))
            rounds["pgbench"].append(pgbench.rate(clients, rig.plan.seconds))
    notes = f"{size} bytes each; {writers} writers, pgbench -c {clients}"
    return comparison_row(QUESTION, rounds, fsync_us, notes)


def rate(rig: Rig, database: Database, writers: int, seconds: float) -> float:
    """Return the appends per second that concurrent writers of one process get acknowledged."""
    entries = [restored_event() for _ in range(round(seconds * EVENTS_PER_SECOND))]
    collect_rarely()  # as the processes of the service do
    return uvloop.run(_rate(rig, database, writers, entries))


def _best_client_count(rig: Rig, pgbench: Pgbench) -> int:
    """Return the number of pgbench clients with the highest rate."""
    rates: dict[int, float] = {}
    for clients in CLIENTS:
        rig.say(f"append: pgbench with {clients} clients")
        rates[clients] = pgbench.rate(clients, TRIAL_SECONDS)
    return max(rates, key=rates.__getitem__)


def _best_writer_count(rig: Rig, database: Database) -> int:
    """Return the number of writers with the highest rate."""
    rates = {writers: rate(rig, database, writers, TRIAL_SECONDS) for writers in WRITERS}
    return max(rates, key=rates.__getitem__)


async def _rate(rig: Rig, database: Database, writers: int, entries: Sequence[Append]) -> float:
    backend = Backend(database.app, rig.secrets, lambda name, error: rig.say(f"{name}: {error!r}"))
    async with backend.running():
        left = iter(entries)
        began = time.perf_counter()
        await asyncio.gather(*(_write(backend.kernel.log, left) for _ in range(writers)))
        return len(entries) / (time.perf_counter() - began)


async def _write(log: EventLog, left: Iterator[Append]) -> None:
    """Append entries one by one from an iterator that all writers share."""
    for entry in left:
        await log.append(entry)
