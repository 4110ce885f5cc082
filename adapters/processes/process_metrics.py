"""Process metrics under the standard names of Prometheus clients: CPU, memory, descriptors.

Linux only: without ``/proc`` there are none.
"""

import os
import resource
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from application.telemetry.instruments import Family, Numbers, counter, gauge

SELF: Final = Path("/proc/self")
SYSTEM: Final = Path("/proc/stat")
START_FIELD: Final = 19
"""Of ``/proc/self/stat`` after the command's closing parenthesis: ticks from boot to start."""


def process_metrics() -> Iterable[Family]:
    """Return the metrics of this process."""
    if not SYSTEM.exists():
        return []
    virtual, resident, *_ = (int(pages) for pages in (SELF / "statm").read_text().split())
    page, used = resource.getpagesize(), resource.getrusage(resource.RUSAGE_SELF)
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [
        counter("process_cpu_seconds_total", "CPU time.", _one(used.ru_utime + used.ru_stime)),
        gauge("process_resident_memory_bytes", "Resident memory.", _one(resident * page)),
        gauge("process_virtual_memory_bytes", "Virtual memory.", _one(virtual * page)),
        gauge("process_open_fds", "Open descriptors.", _one(len([*(SELF / "fd").iterdir()]))),
        gauge("process_max_fds", "Descriptors it may open.", _one(descriptors)),
        gauge("process_start_time_seconds", "Start, since the epoch.", _one(_started_at())),
    ]


def _one(value: float) -> Numbers:
    return {(): float(value)}


def _started_at() -> float:
    fields = (SELF / "stat").read_text().rpartition(")")[2].split()
    booted = next(line for line in SYSTEM.read_text().splitlines() if line.startswith("btime "))
    return int(booted.split()[1]) + int(fields[START_FIELD]) / os.sysconf("SC_CLK_TCK")
