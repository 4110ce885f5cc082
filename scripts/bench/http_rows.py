"""Create and get over HTTP, in turns: Forge, the bare peer, the peer that checks keys."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final, Literal

import uvloop

from scripts.bench.load import Loader, Target, loader
from scripts.bench.results import Question, Row, compared
from scripts.bench.rig import Rig
from scripts.bench.seeding import seed
from scripts.bench.subjects import api_key, forge, make_peer_table, peer

FORGE: Final = "Forge"
BARE: Final = "bare peer"
KEYED: Final = "peer with Forge's key check"
POOLS: Final = (4, 8, 16)
WARM_UP_SECONDS: Final = 1.0
TRIAL_SECONDS: Final = 2.0

Mode = Literal["create", "get"]


def create(rig: Rig) -> Row:
    return _row(rig, "create", Question("create document", "requests/s", 1.5))


def get(rig: Rig) -> Row:
    return _row(rig, "get", Question("get document", "requests/s", 1.8))


def _row(rig: Rig, mode: Mode, question: Question) -> Row:
    make = loader(rig.load_core)
    key = uvloop.run(api_key(rig))
    make_peer_table(rig)
    pool = _best_pool(rig, key, mode, make)
    fsync_us = rig.fsync_us()
    with ExitStack() as stack:
        subjects = {
            FORGE: stack.enter_context(forge(rig, key)),
            BARE: stack.enter_context(peer(rig, key, "bare", pool)),
            KEYED: stack.enter_context(peer(rig, key, "keyed", pool)),
        }
        rounds, p99 = _rounds(rig, mode, subjects, make)
    notes = f"{make.name}, 64 connections, p99 {p99:.0f} ms; peers' pool {pool}"
    return compared(question, rounds, fsync_us, notes)


def _best_pool(rig: Rig, key: str, mode: Mode, make: Loader) -> int:
    """Try the bare peer with several sizes of pool, and give both peers the best."""
    rates: dict[int, float] = {}
    for size in POOLS:
        rig.say(f"{mode}: the peer with {size} connections")
        with peer(rig, key, "bare", size) as target:
            _prepare(mode, target, make)
            rates[size] = make(mode, target, TRIAL_SECONDS).rate
    return max(rates, key=rates.__getitem__)


def _rounds(
    rig: Rig, mode: Mode, subjects: Mapping[str, Target], make: Loader
) -> tuple[dict[str, list[float]], float]:
    """Return each one's rates, round by round, and Forge's worst p99."""
    rounds: dict[str, list[float]] = {name: [] for name in subjects}
    worst = 0.0
    for target in subjects.values():
        _prepare(mode, target, make)
    for turn in range(rig.plan.rounds):
        for name, target in subjects.items():
            rig.say(f"{mode}: round {turn + 1} of {rig.plan.rounds}, {name}")
            load = make(mode, target, rig.plan.seconds)
            rounds[name].append(load.rate)
            worst = max(worst, load.p99_ms if name == FORGE else 0.0)
    return rounds, worst


def _prepare(mode: Mode, target: Target, make: Loader) -> None:
    if mode == "get" and not target.ids.exists():
        seed(target)
    make(mode, target, WARM_UP_SECONDS)
