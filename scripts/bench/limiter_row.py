"""Benchmark: cost of rate limiting, by gets with and without it."""

from contextlib import ExitStack
from typing import Final

import uvloop
from msgspec.structs import replace

from scripts.bench.load import loader
from scripts.bench.pools import CONNECTIONS, prepare
from scripts.bench.results import Comparison, Row, comparison_row
from scripts.bench.rig import Rig
from scripts.bench.subjects import api_key, forge, forge_without_rate_limits

ROUNDS_EACH: Final = 3
"""Many short turns: a difference of a tenth is smaller than the noise of a shared machine."""
WITHOUT: Final = "Forge without limiter"
QUESTION: Final = Comparison("get document, counted", "requests/s", {WITHOUT: 0.9})


def limiter(rig: Rig) -> Row:
    make, key = loader(rig.load_core), uvloop.run(api_key(rig))
    fsync_us, seconds = rig.fsync_us(), max(1.0, rig.plan.seconds / ROUNDS_EACH)
    rounds: dict[str, list[float]] = {"Forge": [], WITHOUT: []}
    with ExitStack() as stack:
        ours = stack.enter_context(forge(rig, key))
        other = stack.enter_context(forge_without_rate_limits(rig, key))
        targets = {"Forge": ours, WITHOUT: replace(other, ids=ours.ids)}
        for target in targets.values():
            prepare("get", target, make)
        for turn in range(rig.plan.rounds * ROUNDS_EACH):
            rig.say(f"limiter: round {turn + 1} of {rig.plan.rounds * ROUNDS_EACH}")
            for name, target in targets.items():
                rounds[name].append(make("get", target, seconds, CONNECTIONS).rate)
    notes = f"{CONNECTIONS} connections; the cost is 1 minus the ratio"
    return comparison_row(QUESTION, rounds, fsync_us, notes)
