"""Benchmark: events per second of a projection rebuild (``python -m scripts.bench.rebuild``).

Measured from opening the second table set until readers are switched to it, indexes included.
"""

import asyncio
import sys
import time
from typing import Any, Final, LiteralString

import msgspec
import uvloop
from psycopg import AsyncConnection, Connection

from adapters.crypto.data_keys import DataKey, KeyWrapping
from adapters.crypto.master_keys import MasterKeys
from adapters.crypto.random_bytes import RandomBytes
from adapters.crypto.secret_files import Secrets
from adapters.postgres.append_call import APPEND, to_arrays
from adapters.postgres.append_keys import AppendWithKeys
from adapters.postgres.append_rows import rows_of
from application.concurrency.supervision import end
from application.eventstore.event_store import Append
from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from projections.engine.projector import Projector
from projections.engine.table_sets import drop_build, open_build
from projections.engine.tail import Tail
from projections.engine.tracking import build_status
from scripts.bench.document_history import DocumentHistory
from scripts.bench.results import Row, at_least, single_row
from scripts.bench.rig import Database, Rig, RunPlan, open_rig
from scripts.composition.backend import Backend
from scripts.processes.process import collect_rarely

EVENTS: Final = 200_000
BATCH: Final = 10_000
TARGET: Final = 55_000
POLL_SECONDS: Final = 0.01
VACUUM: Final[LiteralString] = "VACUUM (ANALYZE) forge_events"


def rebuild(rig: Rig) -> Row:
    with rig.database() as database:
        rig.say(f"rebuild: recording {EVENTS:,} events")
        fill(database, rig.secrets, EVENTS)
        rig.say("rebuild: building the read model")
        collect_rarely()  # as the processes of the service do
        rates = uvloop.run(measure_rates(rig, database, EVENTS))
    bound = at_least("rebuild of document_summaries", "events/s", TARGET)
    return single_row(
        bound, rates, rig.fsync_us(), f"{EVENTS:,} events, until readers are switched"
    )


def fill(database: Database, secrets: Secrets, events: int) -> None:
    """Append the events of many documents, in batches of 10 000."""
    history, keys = DocumentHistory(), dict[str, DataKey]()
    wrapping = KeyWrapping(MasterKeys(secrets), RandomBytes())
    with (
        Connection.connect(database.app, autocommit=True) as connection,
        connection.cursor(binary=True) as cursor,
    ):
        for start in range(0, events, BATCH):
            batch = Append(records=tuple(history.records(min(BATCH, events - start))))
            new = {r.stream: wrapping.new(r.stream) for r in batch.records if r.version == 1}
            keys |= {stream: key.key for stream, key in new.items()}
            cursor.execute(APPEND, to_arrays([(0, rows_of(AppendWithKeys(batch, keys, new)))]))
    with Connection.connect(database.owner, autocommit=True) as connection:
        connection.execute(VACUUM)


async def measure_rates(rig: Rig, database: Database, events: int) -> list[float]:
    """Build the read model once, then again for each round; return events per second."""
    backend = Backend(database.app, rig.secrets, lambda name, error: rig.say(f"{name}: {error!r}"))
    rates = []
    async with (
        backend.running(),
        await AsyncConnection.connect(database.app, autocommit=True) as connection,
    ):
        old = await _build(backend, connection)
        for _ in range(rig.plan.rounds):
            began = time.perf_counter()
            new = await _build(backend, connection)
            rates.append(events / (time.perf_counter() - began))
            await drop_build(connection, DOCUMENT_SUMMARIES, old)
            old = new
    return rates


async def _build(backend: Backend, connection: AsyncConnection[Any]) -> int:
    """Open a build and run its projector until it is live; return its number."""
    build = await open_build(connection, DOCUMENT_SUMMARIES)
    projector = Projector(
        DOCUMENT_SUMMARIES, build, Tail(backend.kernel.log), backend.kernel.conninfo, lambda: None
    )
    projecting = asyncio.create_task(projector.run())
    try:
        while not (await build_status(connection, DOCUMENT_SUMMARIES.name, build)).live:
            if projecting.done():
                projecting.result()
            await asyncio.sleep(POLL_SECONDS)
    finally:
        await end([projecting])
    return build


def _report(progress: str) -> None:
    print(progress, file=sys.stderr)  # noqa: T201 - progress, beside the figures on stdout


def main() -> None:
    """Print the figures as JSON."""
    with open_rig(RunPlan(rounds=3, seconds=0), _report) as measured:
        sys.stdout.write(msgspec.json.encode(rebuild(measured)).decode() + "\n")


if __name__ == "__main__":
    main()
