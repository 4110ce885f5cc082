"""How long this disk takes to make a small write durable: no commit can be faster.

Absolute figures of two runs can only be compared next to it.
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
    """Return the median time of overwriting a page and ``fdatasync``, as Postgres does."""
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
