"""Results of a run as JSON: printed, and read from a file."""

import sys
from pathlib import Path

import msgspec

from scripts.bench.results import Run


def as_json(run: Run) -> str:
    return msgspec.json.format(msgspec.json.encode(run), indent=1).decode() + "\n"


def print_json(run: Run) -> int:
    sys.stdout.write(as_json(run))
    return 0


def read_run(path: Path) -> Run:
    """Read the results of a run; raises ``msgspec.MsgspecError`` for other JSON."""
    return msgspec.json.decode(path.read_bytes(), type=Run)
