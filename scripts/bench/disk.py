"""Measures the fsync latency of the disk, the lower bound of any commit.

Absolute figures of two runs are comparable only relative to it.
"""

import os
import time
from pathlib import Path
from statistics import median
from typing import Final

PAGE: Final = b"\0" * 8_192  # a page of the write-ahead log
WRITES: Final = 200
MAX_SECONDS: Final = 2.0


def fsync_microseconds(directory: Path) -> float:
    """Return the median duration of overwriting a page with ``fdatasync``, as Postgres does."""
    path = directory / "fsync"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, PAGE)
        os.fsync(descriptor)
        return median(_timings(descriptor)) * 1e6
    finally:
        os.close(descriptor)
        path.unlink()


def _timings(descriptor: int) -> list[float]:
    timings: list[float] = []
    deadline = time.perf_counter() + MAX_SECONDS
    while len(timings) < WRITES and time.perf_counter() < deadline:
        began = time.perf_counter()
        os.pwrite(descriptor, PAGE, 0)
        os.fdatasync(descriptor)
        timings.append(time.perf_counter() - began)
    return timings
