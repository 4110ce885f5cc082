"""Benchmark: cost of the hash chain, by appends with and without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

from psycopg import Connection

from adapters.postgres import append_rows
from scripts.bench.append_row import rate
from scripts.bench.results import Comparison, Row, comparison_row
from scripts.bench.rig import Rig

WRITERS: Final = 768
ROUNDS_EACH: Final = 3
"""Many short turns: a difference of a tenth is smaller than the noise of a shared machine."""
UNCHAINED: Final = """
    CREATE OR REPLACE FUNCTION forge_chain_hash(previous bytea, "position" bigint,
                                                event_digest bytea)
    RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN event_digest
"""
QUESTION: Final = Comparison("append one event, chained", "appends/s", {"Forge without": 0.9})


def chain(rig: Rig) -> Row:
    fsync_us, seconds = rig.fsync_us(), rig.plan.seconds / ROUNDS_EACH
    rounds: dict[str, list[float]] = {"Forge": [], "Forge without": []}
    with rig.database() as chained, rig.database() as plain:
        with Connection.connect(plain.owner) as connection:
            connection.execute(UNCHAINED)
        for turn in range(rig.plan.rounds * ROUNDS_EACH):
            rig.say(f"chain: round {turn + 1} of {rig.plan.rounds * ROUNDS_EACH}")
            rounds["Forge"].append(rate(rig, chained, WRITERS, seconds))
            with _without_digests():
                rounds["Forge without"].append(rate(rig, plain, WRITERS, seconds))
    return comparison_row(
        QUESTION, rounds, fsync_us, f"{WRITERS} writers; the cost is 1 minus the ratio"
    )


@contextmanager
def _without_digests() -> Iterator[None]:
    with patch.object(append_rows, "event_digest", lambda *_: b""):
        yield
