"""Benchmark: what ten more read models that take no event cost a create, as CPU of all processes.

Two whole services, each with servers of its own, loaded in turns.
"""

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final, LiteralString

from psycopg import Connection

from adapters.embedded.servers import EmbeddedServers
from scripts.bench.cpu import cpu_seconds, cpu_seconds_audited, per_request
from scripts.bench.load import Loader, Target, loader
from scripts.bench.peers.with_empty_read_models import FORGE, NAMES, THIS
from scripts.bench.pools import CONNECTIONS, prepare
from scripts.bench.processes import POLL_SECONDS, START_SECONDS, NotServing
from scripts.bench.results import TOTAL, Comparison, Row, comparison_row
from scripts.bench.rig import Rig
from scripts.bench.subjects import forge_apart

WITHOUT: Final = "Forge without them"
QUESTION: Final = Comparison(
    "create with ten empty read models more", "µs CPU", {WITHOUT: 1.03}, better="less"
)
MORE: Final = "empty-models"
TURNS: Final = 2
"""Turns in each round, begun by each of the two in turn: the difference is below the noise."""
LIVE: Final[LiteralString] = "SELECT count(*) FROM projections WHERE live AND name = ANY(%s)"


def empty_read_models(rig: Rig) -> list[Row]:
    """Measure in turns; no row where CPU is not measured."""
    if sys.platform != "linux":
        return []
    make, fsync_us = loader(rig.load_core), rig.fsync_us()
    rounds: dict[str, list[float]] = {"Forge": [], WITHOUT: []}
    with ExitStack() as stack:
        more = stack.enter_context(forge_apart(rig, MORE, THIS))
        subjects = {"Forge": more, WITHOUT: stack.enter_context(forge_apart(rig, "plain", FORGE))}
        _wait_live(rig.directory / MORE)
        for target in subjects.values():
            prepare("create", target, make)
        for turn in range(TURNS * rig.plan.rounds):
            rig.say(f"empty read models: round {turn + 1} of {TURNS * rig.plan.rounds}")
            order = [*subjects] if turn % 2 == 0 else [*reversed(subjects)]
            for name in order:
                rounds[name].append(_cpu_per_create(subjects[name], make, rig.plan.seconds))
    notes = f"{make.name}, {CONNECTIONS} connections; whole services, each with its own servers"
    return [comparison_row(QUESTION, rounds, fsync_us, notes)]


def _wait_live(data_dir: Path) -> None:
    """Wait until readers use the empty read models, in whose place nothing would be measured."""
    deadline = time.monotonic() + START_SECONDS
    database = EmbeddedServers.attach(data_dir).database_url("owner")
    with Connection.connect(database, autocommit=True) as connection:
        while connection.execute(LIVE, ([*NAMES],)).fetchone() != (len(NAMES),):
            if time.monotonic() > deadline:
                raise NotServing("the empty read models are not live")
            time.sleep(POLL_SECONDS)


def _cpu_per_create(target: Target, make: Loader, seconds: float) -> float:
    """Return the CPU per create of all processes, the next audit of read models included."""
    before = cpu_seconds(target.pid, target.uses)
    load = make("create", target, seconds, CONNECTIONS)
    after = cpu_seconds_audited(target.pid, target.uses)
    return per_request(before, after, load.requests)[TOTAL]
