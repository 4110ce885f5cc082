"""Benchmark: create and get over HTTP, Forge against peers, each peer with its best pool size.

Targets hold for 64 connections; fewer and more are measured in shorter rounds. The targets refer to
the CRUD peer that commits after each request, as its pool does by default.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final, NamedTuple

import uvloop
from psycopg import Connection

from scripts.bench.delivery_check import DeliveryCheck
from scripts.bench.load import loader
from scripts.bench.pools import CONNECTIONS, POOLED, best_pool
from scripts.bench.results import Comparison, Row, comparison_row
from scripts.bench.rig import Rig
from scripts.bench.subjects import Kind, api_key, forge, make_peer_tables, peer
from scripts.bench.turns import FORGE, Mode, Turns

CRUD: Final = "CRUD peer"
FASTAPI: Final = "FastAPI + SQLAlchemy + audit table"
HELLO: Final = "Litestar hello"
NAMES: Final[Mapping[Kind, str]] = {
    "crud": CRUD,
    "autocommit": f"{CRUD}, autocommit",
    "keyed": f"{CRUD} with Forge's key check",
    "fastapi": FASTAPI,
    "eventsourcing": "eventsourcing library",
    "hello": HELLO,
}
LEVELS: Final = (CONNECTIONS, 1, 256)
SHORTER: Final = 3
"""At other levels a round takes a third of the time."""


class Scenario(NamedTuple):
    """A kind of requests, its peers, and the targets at 64 connections."""

    mode: Mode
    peers: Sequence[Kind]
    targets: Mapping[str, float]
    cpu_targets: Mapping[str, float]


CREATE: Final = Scenario(
    "create",
    ("crud", "autocommit", "keyed", "fastapi", "eventsourcing"),
    {CRUD: 1.35, FASTAPI: 3.5},
    {CRUD: 0.85},
)
GET: Final = Scenario(
    "get",
    ("crud", "autocommit", "keyed", "fastapi", "eventsourcing", "hello"),
    {CRUD: 3.0, FASTAPI: 6.0, HELLO: 0.7},
    {CRUD: 0.3},
)


def create(rig: Rig) -> list[Row]:
    return _rows(rig, CREATE)


def get(rig: Rig) -> list[Row]:
    return _rows(rig, GET)


def _rows(rig: Rig, scenario: Scenario) -> list[Row]:
    make, key = loader(rig.load_core), uvloop.run(api_key(rig))
    make_peer_tables(rig)
    pools = {kind: best_pool(rig, key, kind, scenario.mode, make) for kind in scenario.peers}
    with ExitStack() as stack:
        subjects = {FORGE: stack.enter_context(forge(rig, key))}
        for kind, size in pools.items():
            subjects[NAMES[kind]] = stack.enter_context(peer(rig, key, kind, size))
        log = stack.enter_context(Connection.connect(rig.main.owner, autocommit=True))
        check = DeliveryCheck(log, subjects[FORGE])
        turns = Turns(rig, scenario.mode, make, subjects, check)
        turns.prepare()
        tool = f"{make.name}, pools of {', '.join(str(pools[kind]) for kind in POOLED)}"
        rows = [_row(rig, scenario, turns, level, tool) for level in LEVELS]
        check.resume()
    return rows


def _row(rig: Rig, scenario: Scenario, turns: Turns, level: int, tool: str) -> Row:
    main = level == CONNECTIONS
    seconds = rig.plan.seconds if main else max(1.0, rig.plan.seconds / SHORTER)
    fsync_us = rig.fsync_us()
    rounds = turns.run(level, seconds)
    question = Comparison(
        f"{scenario.mode} document, {_connections(level)}",
        "requests/s",
        scenario.targets if main else {},
        cpu_targets=scenario.cpu_targets if main else {},
    )
    notes = f"{tool}; p99 {max(rounds.p99_ms):.1f} ms"
    return comparison_row(question, rounds.rates, fsync_us, notes, rounds.cpu)


def _connections(level: int) -> str:
    return "1 connection" if level == 1 else f"{level} connections"
