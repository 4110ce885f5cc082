"""What this process takes of the machine, under the names that every Prometheus client gives it.

Linux only: elsewhere there is no ``/proc``, and nothing is told.
"""

import os
import resource
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from application.telemetry.instruments import Family, Numbers, counter, gauge

HERE: Final = Path("/proc/self")
MACHINE: Final = Path("/proc/stat")
START_FIELD: Final = 19
"""Of ``/proc/self/stat`` after the command's closing parenthesis: ticks from boot to start."""


def own_process() -> Iterable[Family]:
    """Return the process's own metrics; the names are Prometheus' conventions."""
    if not MACHINE.exists():
        return []
    virtual, resident, *_ = (int(pages) for pages in (HERE / "statm").read_text().split())
    page, used = resource.getpagesize(), resource.getrusage(resource.RUSAGE_SELF)
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [
        counter("process_cpu_seconds_total", "CPU time.", _one(used.ru_utime + used.ru_stime)),
        gauge("process_resident_memory_bytes", "Resident memory.", _one(resident * page)),
        gauge("process_virtual_memory_bytes", "Virtual memory.", _one(virtual * page)),
        gauge("process_open_fds", "Open descriptors.", _one(len([*(HERE / "fd").iterdir()]))),
        gauge("process_max_fds", "Descriptors it may open.", _one(descriptors)),
        gauge("process_start_time_seconds", "Start, since the epoch.", _one(_started_at())),
    ]


def _one(value: float) -> Numbers:
    return {(): float(value)}


def _started_at() -> float:
    fields = (HERE / "stat").read_text().rpartition(")")[2].split()
    booted = next(line for line in MACHINE.read_text().splitlines() if line.startswith("btime "))
    return int(booted.split()[1]) + int(fields[START_FIELD]) / os.sysconf("SC_CLK_TCK")
