"""Rounds of load on several subjects in turns, with the CPU that each uses and Forge's check."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from scripts.bench.cpu import cpu_seconds, cpu_seconds_audited, per_request
from scripts.bench.delivery_check import DeliveryCheck
from scripts.bench.load import Load, Loader, Target
from scripts.bench.pools import CONNECTIONS, prepare
from scripts.bench.rig import Rig

Mode = Literal["create", "get"]
FORGE: Final = "Forge"


class Rounds(NamedTuple):
    """Requests per second and CPU per request of each subject, and the p99 of Forge's rounds."""

    rates: Mapping[str, list[float]]
    cpu: Mapping[str, list[Mapping[str, float]]]
    p99_ms: list[float]


class Turns:
    """Measures subjects, of which the one named Forge is checked as well."""

    def __init__(
        self,
        rig: Rig,
        mode: Mode,
        make: Loader,
        subjects: Mapping[str, Target],
        check: DeliveryCheck,
    ) -> None:
        self._rig = rig
        self._mode = mode
        self._make = make
        self._subjects = subjects
        self._check = check

    def prepare(self) -> None:
        """Warm all subjects up; Forge with a subscriber of the feed."""
        for name, target in self._subjects.items():
            if name != FORGE:
                prepare(self._mode, target, self._make)
        with self._check.listening():
            created = prepare(self._mode, self._subjects[FORGE], self._make)
            self._check.acknowledge(created, CONNECTIONS if self._mode == "create" else 0)

    def run(self, connections: int, seconds: float) -> Rounds:
        rounds = Rounds({name: [] for name in self._subjects}, {n: [] for n in self._subjects}, [])
        turns = self._rig.plan.rounds
        for turn in range(turns):
            for name, target in self._subjects.items():
                where = f"at {connections}, round {turn + 1} of {turns}"
                self._rig.say(f"{self._mode}: {where}, {name}")
                before = cpu_seconds(target.pid, target.uses)
                load = self._make(self._mode, target, seconds, connections)
                after = self._cpu_after(name, target, load, connections)
                rounds.rates[name].append(load.rate)
                rounds.cpu[name].append(per_request(before, after, load.requests))
                rounds.p99_ms.extend([load.p99_ms] if name == FORGE else [])
        return rounds

    def _cpu_after(
        self, name: str, target: Target, load: Load, connections: int
    ) -> Mapping[str, float]:
        """Read CPU; that of Forge's creates once they are projected, and audited at 64.

        The audit looks at the log every three seconds. In the shorter rounds at other levels, the
        idle time until then would weigh more than the audit.
        """
        if name != FORGE or self._mode != "create":
            return cpu_seconds(target.pid, target.uses)
        self._check.acknowledge(load.requests, connections)
        read = cpu_seconds_audited if connections == CONNECTIONS else cpu_seconds
        return read(target.pid, target.uses)
