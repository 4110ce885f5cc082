"""Benchmark: create and get over HTTP, Forge against peers, each peer with its best pool size.

The target of a create refers to the peer that inserts and commits, as the pool does by default;
that of a get, which commits nothing, to the peer in autocommit.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final, Literal

import uvloop

from scripts.bench.load import Loader, Target, loader
from scripts.bench.results import Comparison, Row, comparison_row
from scripts.bench.rig import Rig
from scripts.bench.seed_documents import seed
from scripts.bench.subjects import Kind, api_key, forge, make_peer_table, peer

Mode = Literal["create", "get"]

FORGE: Final = "Forge"
NAMES: Final[dict[Kind, str]] = {
    "bare": "bare peer",
    "keyed": "peer with Forge's key check",
    "autocommit": "bare peer, autocommit",
}
PEERS: Final[dict[Mode, tuple[Kind, ...]]] = {
    "create": ("bare", "keyed", "autocommit"),
    "get": ("autocommit", "bare", "keyed"),
}
"""The target refers to the first."""
POOLS: Final = (4, 16)
WARM_UP_SECONDS: Final = 1.0
TRIAL_SECONDS: Final = 1.0


def create(rig: Rig) -> Row:
    return _row(rig, "create", Comparison("create document", "requests/s", 1.5))


def get(rig: Rig) -> Row:
    return _row(rig, "get", Comparison("get document", "requests/s", 1.8))


def _row(rig: Rig, mode: Mode, question: Comparison) -> Row:
    make = loader(rig.load_core)
    key = uvloop.run(api_key(rig))
    make_peer_table(rig)
    pools = {kind: _best_pool(rig, key, kind, mode, make) for kind in PEERS[mode]}
    fsync_us = rig.fsync_us()
    with ExitStack() as stack:
        subjects = {FORGE: stack.enter_context(forge(rig, key))}
        for kind, size in pools.items():
            subjects[NAMES[kind]] = stack.enter_context(peer(rig, key, kind, size))
        rounds, p99 = _rounds(rig, mode, subjects, make)
    sizes = ", ".join(map(str, pools.values()))
    notes = f"{make.name}, 64 connections, p99 {p99:.0f} ms; peers' pools {sizes}"
    return comparison_row(question, rounds, fsync_us, notes)


def _best_pool(rig: Rig, key: str, kind: Kind, mode: Mode, make: Loader) -> int:
    """Return the pool size with which a peer has the highest rate."""
    rates: dict[int, float] = {}
    for size in POOLS:
        rig.say(f"{mode}: {NAMES[kind]} with {size} connections")
        with peer(rig, key, kind, size) as target:
            prepare(mode, target, make)
            rates[size] = make(mode, target, TRIAL_SECONDS).rate
    return max(rates, key=rates.__getitem__)


def _rounds(
    rig: Rig, mode: Mode, subjects: Mapping[str, Target], make: Loader
) -> tuple[dict[str, list[float]], float]:
    """Return the rates of each subject by round, and Forge's highest p99."""
    rounds: dict[str, list[float]] = {name: [] for name in subjects}
    worst = 0.0
    for target in subjects.values():
        prepare(mode, target, make)
    for turn in range(rig.plan.rounds):
        for name, target in subjects.items():
            rig.say(f"{mode}: round {turn + 1} of {rig.plan.rounds}, {name}")
            load = make(mode, target, rig.plan.seconds)
            rounds[name].append(load.rate)
            worst = max(worst, load.p99_ms if name == FORGE else 0.0)
    return rounds, worst


def prepare(mode: Mode, target: Target, make: Loader) -> None:
    """Warm a subject up; create documents first if the load reads them."""
    if mode == "get" and not target.ids.exists():
        seed(target)
    make(mode, target, WARM_UP_SECONDS)
