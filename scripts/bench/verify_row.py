"""Benchmark: events per second of verifying the log: chains, times, checkpoints, signatures."""

import asyncio
import time
from typing import Final

from adapters.crypto.ed25519 import Ed25519Signer
from adapters.postgres.verification import verify_log
from scripts.bench.rebuild import EVENTS, fill
from scripts.bench.results import Row, at_least, single_row
from scripts.bench.rig import Database, Rig
from scripts.composition.backend import Backend

TARGET: Final = 50_000


class NotVerified(Exception):
    """The log under measurement did not verify completely."""


def verify(rig: Rig) -> Row:
    with rig.database() as database:
        rig.say(f"verify: recording {EVENTS:,} events")
        fill(database, rig.secrets, EVENTS)
        asyncio.run(_sign_checkpoint(rig, database))
        rig.say("verify: verifying them")
        rates = [_rate(rig, database) for _ in range(rig.plan.rounds)]
    bound = at_least("verify the whole log", "events/s", TARGET)
    return single_row(bound, rates, rig.fsync_us(), f"{EVENTS:,} events, every hash recomputed")


async def _sign_checkpoint(rig: Rig, database: Database) -> None:
    backend = Backend(database.app, rig.secrets, lambda name, error: rig.say(f"{name}: {error!r}"))
    async with backend.running():
        await backend.contexts.operate.checkpoint({})


def _rate(rig: Rig, database: Database) -> float:
    public_key = Ed25519Signer(rig.secrets.signing_key).public_key
    began = time.perf_counter()
    report = verify_log(database.app, public_key, lambda rows: rows)
    if not report.verified or report.covered != EVENTS:
        raise NotVerified(report)
    return EVENTS / (time.perf_counter() - began)
