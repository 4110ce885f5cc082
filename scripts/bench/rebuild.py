"""How fast a read model is rebuilt beside the live one: ``python -m scripts.bench.rebuild``.

From the moment a second table set is opened until readers have been switched to it, indexes made,
by the projector that serves the live model.
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
from adapters.postgres.append_call import APPEND, to_columns
from adapters.postgres.append_keys import Keyed
from application.concurrency.supervision import end
from application.eventstore.event_store import Append
from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from projections.engine.projector import Projector
from projections.engine.table_sets import drop_build, open_build
from projections.engine.tracking import build_status
from scripts.bench.pasts import Past
from scripts.bench.results import Row, alone, at_least
from scripts.bench.rig import Database, Plan, Rig, rig
from scripts.composition.backend import Backend
from scripts.processes.process import collect_rarely

EVENTS: Final = 200_000
BATCH: Final = 10_000
TARGET: Final = 50_000
LOOK_SECONDS: Final = 0.01
VACUUM: Final[LiteralString] = "VACUUM (ANALYZE) forge_events"


def rebuild(rig: Rig) -> Row:
    with rig.database() as database:
        rig.say(f"rebuild: recording {EVENTS:,} events")
        fill(database, rig.secrets, EVENTS)
        rig.say("rebuild: folding them again")
        collect_rarely()  # as the processes of the service do
        rates = uvloop.run(rates_of(rig, database, EVENTS))
    bound = at_least("rebuild of document_summaries", "events/s", TARGET)
    return alone(bound, rates, rig.fsync_us(), f"{EVENTS:,} events, until readers are switched")


def fill(database: Database, secrets: Secrets, events: int) -> None:
    """Record the past of many documents, in as few transactions as memory allows."""
    past, keys = Past(), dict[str, DataKey]()
    wrapping = KeyWrapping(MasterKeys(secrets), RandomBytes())
    with (
        Connection.connect(database.app, autocommit=True) as connection,
        connection.cursor(binary=True) as cursor,
    ):
        for start in range(0, events, BATCH):
            batch = Append(records=tuple(past.records(min(BATCH, events - start))))
            new = {r.stream: wrapping.new(r.stream) for r in batch.records if r.version == 1}
            keys |= {stream: key.key for stream, key in new.items()}
            cursor.execute(APPEND, to_columns([Keyed(batch, keys, new)]).arrays)
    with Connection.connect(database.owner, autocommit=True) as connection:
        connection.execute(VACUUM)


async def rates_of(rig: Rig, database: Database, events: int) -> list[float]:
    """Build the model once, then again for each round; return events per second."""
    backend = Backend(database.app, rig.secrets, lambda name, error: rig.say(f"{name}: {error!r}"))
    rates = []
    async with (
        backend.running(),
        await AsyncConnection.connect(database.app, autocommit=True) as connection,
    ):
        old = await _built(backend, connection)
        for _ in range(rig.plan.rounds):
            began = time.perf_counter()
            new = await _built(backend, connection)
            rates.append(events / (time.perf_counter() - began))
            await drop_build(connection, DOCUMENT_SUMMARIES, old)
            old = new
    return rates


async def _built(backend: Backend, connection: AsyncConnection[Any]) -> int:
    """Open a build and run it until it is the live one; return its number."""
    build = await open_build(connection, DOCUMENT_SUMMARIES)
    projector = Projector(DOCUMENT_SUMMARIES, build, backend.log, backend.conninfo, lambda _: None)
    projecting = asyncio.create_task(projector.run())
    try:
        while not (await build_status(connection, DOCUMENT_SUMMARIES.name, build)).live:
            if projecting.done():
                projecting.result()
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await end([projecting])
    return build


def main() -> None:
    """Print the figures as JSON."""
    with rig(Plan(rounds=3, seconds=0), lambda said: print(said, file=sys.stderr)) as ground:  # noqa: T201 - progress for whoever waits
        sys.stdout.write(msgspec.json.encode(rebuild(ground)).decode() + "\n")


if __name__ == "__main__":
    main()
