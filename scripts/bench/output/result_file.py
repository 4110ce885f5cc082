"""Results of a run as JSON: printed, read from a file, and kept as the baseline."""

import sys
from pathlib import Path
from typing import Final

import msgspec

from scripts.bench.results import Run

BASELINE: Final = Path(__file__).parents[1] / "baseline.json"


def as_json(run: Run) -> str:
    """Render a row a line, so that a new baseline differs in the rows that differ."""
    machine = msgspec.json.encode(run.machine).decode()
    rows = ",\n".join(msgspec.json.encode(row).decode() for row in run.rows)
    return f'{{"machine":{machine},"rounds":{run.rounds},"rows":[\n{rows}\n]}}\n'


def print_json(run: Run) -> int:
    sys.stdout.write(as_json(run))
    return 0


def save_baseline(run: Run) -> int:
    BASELINE.write_text(as_json(run))
    return 0


def read_run(path: Path) -> Run:
    """Read the results of a run; raises ``msgspec.MsgspecError`` for other JSON."""
    return msgspec.json.decode(path.read_bytes(), type=Run)
