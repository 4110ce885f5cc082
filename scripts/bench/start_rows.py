"""Benchmark: time from starting `forge serve` to the first 200 of `/readyz`, servers included."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scripts.bench.processes import free_port, run_process, wait_for
from scripts.bench.results import Row, at_most, single_row
from scripts.bench.rig import Rig

COLD_SECONDS: Final = 3.0
WARM_SECONDS: Final = 1.5
NOTES: Final = "to the first 200 of /readyz, on any core"


def cold(rig: Rig) -> Row:
    """Measure with an empty data directory: creates cluster, secrets, schema and first key."""
    taken = []
    for turn in range(rig.plan.rounds):
        rig.say(f"start: cold, {turn + 1} of {rig.plan.rounds}")
        with _data_dir(rig) as data_dir:
            taken.append(_time_start(rig, data_dir))
    return single_row(at_most("start, cold", "s", COLD_SECONDS), taken, rig.fsync_us(), NOTES)


def warm(rig: Rig) -> Row:
    """Measure with the data directory of an earlier start."""
    with _data_dir(rig) as data_dir:
        _time_start(rig, data_dir)
        rig.say(f"start: warm, {rig.plan.rounds} times")
        taken = [_time_start(rig, data_dir) for _ in range(rig.plan.rounds)]
    return single_row(at_most("start, warm", "s", WARM_SECONDS), taken, rig.fsync_us(), NOTES)


def _time_start(rig: Rig, data_dir: Path) -> float:
    port, log = free_port(), rig.log("start")
    place = ("--data-dir", data_dir, "--port", str(port))
    began = time.perf_counter()
    with run_process((sys.executable, "-m", "scripts.forge", "serve", *place), log) as process:
        wait_for(process, port, "/readyz", log)
        return time.perf_counter() - began


@contextmanager
def _data_dir(rig: Rig) -> Iterator[Path]:
    directory = rig.directory / "start"
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
