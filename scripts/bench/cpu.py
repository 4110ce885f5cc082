"""CPU time of a server, its child processes and the database servers, from ``/proc``.

Outside Linux there is no ``/proc``, and the figures are empty.
"""

import os
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from projections.admin.completeness import LOOK_SECONDS
from scripts.bench.results import TOTAL

API: Final = "API"
SERVERS: Final[Mapping[str, str]] = {"postgres": "Postgres", "valkey-server": "Valkey"}
"""Database servers, by the name of their processes."""
AUDITING: Final = ("Postgres", "projector")
BACKGROUND: Final = ("projector", "worker")
ROLES: Final = (API, "Postgres", *BACKGROUND, "Valkey")
PROC: Final = Path("/proc")
NOT_MEASURED: Final = "CPU per request is read from /proc, so it is measured on Linux alone."


class Process(NamedTuple):
    """A process; ``seconds`` includes those of its children that have ended."""

    parent: int
    name: str
    arguments: Collection[str]
    seconds: float


def cpu_seconds(server: int, uses: Collection[str]) -> Mapping[str, float]:
    """Return the CPU seconds by process of a server and of the rig's database servers it uses."""
    if sys.platform != "linux":
        return {}
    return sum_by_role(dict(_processes()), server, os.getpid(), uses)


def cpu_seconds_audited(server: int, uses: Collection[str]) -> Mapping[str, float]:
    """Return the CPU seconds until now, and those of the next audit of the read models.

    The processes that do not take part in the audit are read before it: they are idle meanwhile.
    """
    now = cpu_seconds(server, uses)
    time.sleep(LOOK_SECONDS)
    later = cpu_seconds(server, uses)
    return {**now, **{role: later[role] for role in AUDITING if role in later}}


def per_request(
    before: Mapping[str, float], after: Mapping[str, float], requests: int
) -> Mapping[str, float]:
    """Return microseconds per request by process, and their total; empty without figures."""
    used = {role: (seconds - before.get(role, 0.0)) for role, seconds in after.items()}
    each = {role: seconds * 1e6 / requests for role, seconds in used.items()}
    return {TOTAL: sum(each.values()), **each} if each else {}


def sum_by_role(
    processes: Mapping[int, Process], server: int, rig: int, uses: Collection[str]
) -> Mapping[str, float]:
    """Sum the seconds up by role: all below ``server``, and database servers below ``rig``."""
    beside = {
        pid for pid in tree(processes, rig) if SERVERS.get(processes[pid].name, "") in set(uses)
    }
    sums = dict.fromkeys(ROLES, 0.0)
    for pid in tree(processes, server) | beside:
        sums[_role(processes[pid])] += processes[pid].seconds
    return {role: seconds for role, seconds in sums.items() if seconds}


def tree(processes: Mapping[int, Process], root: int) -> set[int]:
    """Return a process and all of its descendants."""
    children: dict[int, list[int]] = {}
    for pid, process in processes.items():
        children.setdefault(process.parent, []).append(pid)
    found, new = set[int](), [root] if root in processes else []
    while new:
        found.add(pid := new.pop())
        new += children.get(pid, ())
    return found


def parse_stat(line: str) -> tuple[str, int, float, float]:
    """Return name, parent, and CPU seconds of a process and of its children that have ended.

    From a ``/proc/PID/stat`` line (proc_pid_stat(5)): counted in ticks of the clock, which miss
    a process that runs between two of them, as Valkey mostly does.
    """
    before, _, after = line.rpartition(")")
    fields = after.split()
    own, ended = (sum(map(int, fields[at : at + 2])) for at in (11, 13))  # user and system
    hertz = os.sysconf("SC_CLK_TCK")
    return before.partition("(")[2], int(fields[1]), own / hertz, ended / hertz


def _processes() -> Iterator[tuple[int, Process]]:
    for place in PROC.iterdir():
        if place.name.isdecimal():
            with suppress(OSError):  # it has ended
                name, parent, ticked, ended = parse_stat((place / "stat").read_text())
                arguments = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
                seconds = max(ticked, _scheduled_seconds(place)) + ended
                yield int(place.name), Process(parent, name, arguments, seconds)


def _scheduled_seconds(place: Path) -> float:
    """Return the time on a core of all threads, to the nanosecond; 0 where it is not kept."""
    nanoseconds = 0
    for thread in (place / "task").iterdir():
        with suppress(OSError):  # it has ended, or the kernel keeps no such file
            nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def _role(process: Process) -> str:
    if process.name in SERVERS:
        return SERVERS[process.name]
    return next((role for role in BACKGROUND if role in process.arguments), API)
