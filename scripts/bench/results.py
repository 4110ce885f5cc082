"""Results of a run: rows of figures with their targets, and the fsync latency."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec

from scripts.bench.spread import Spread

Better: TypeAlias = Literal["more", "less"]
"""Which of two figures is the better one."""
CpuRounds: TypeAlias = Sequence[Mapping[str, float]]
"""CPU per request by process, in microseconds, of each round; empty where it is not measured."""
TOTAL: Final = "total"


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A figure over the rounds; ``target`` is what its median must reach."""

    spread: Spread
    better: Better = "more"
    target: float | None = None

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        median = self.spread.median
        return median >= self.target if self.better == "more" else median <= self.target


class Peer(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Result of a peer; ``ratio`` is Forge's figure divided by the peer's, round by round.

    ``cpu`` is the CPU per request in microseconds by process; ``cpu_ratio`` compares the totals.
    """

    name: str
    figure: Spread
    ratio: Figure
    cpu: Mapping[str, Spread] = {}
    cpu_ratio: Figure | None = None


class Row(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One benchmark: Forge's figure, and those of its peers."""

    name: str
    unit: str
    figure: Figure
    fsync_us: float
    cpu: Mapping[str, Spread] = {}
    peers: tuple[Peer, ...] = ()
    notes: str = ""


class Run(msgspec.Struct, frozen=True):
    """The results of a whole run; ``rounds`` is the number of rounds of each row."""

    machine: Mapping[str, str]
    rounds: int
    rows: Sequence[Row]


class Comparison(NamedTuple):
    """What a row compares; targets are ratios of Forge's figure, and of its CPU, to a peer's."""

    name: str
    unit: str
    targets: Mapping[str, float]
    better: Better = "more"
    cpu_targets: Mapping[str, float] = {}


def comparison_row(
    comparison: Comparison,
    rounds: Mapping[str, Sequence[float]],
    fsync_us: float,
    notes: str,
    cpu: Mapping[str, CpuRounds] | None = None,
) -> Row:
    """Make the row of a comparison; ``rounds`` has Forge's figures first, then those of peers."""
    (forge, ours), *others = rounds.items()
    usage = cpu or {}
    peers = (
        Peer(
            name=name,
            figure=Spread.of(theirs),
            ratio=Figure(
                Spread.of_ratios(ours, theirs), comparison.better, comparison.targets.get(name)
            ),
            cpu=_spreads(usage.get(name, ())),
            cpu_ratio=_cpu_ratio(usage, forge, name, comparison.cpu_targets.get(name)),
        )
        for name, theirs in others
    )
    return Row(
        name=comparison.name,
        unit=comparison.unit,
        figure=Figure(Spread.of(ours), comparison.better),
        fsync_us=fsync_us,
        cpu=_spreads(usage.get(forge, ())),
        peers=tuple(peers),
        notes=notes,
    )


def _spreads(rounds: CpuRounds) -> Mapping[str, Spread]:
    """Return the spread of each process; one that is missing in a round used nothing in it."""
    names = {name: None for usage in rounds for name in usage}
    return {name: Spread.of(usage.get(name, 0.0) for usage in rounds) for name in names}


def _cpu_ratio(
    usage: Mapping[str, CpuRounds], forge: str, peer: str, target: float | None
) -> Figure | None:
    """Compare totals; ``None`` where CPU is not measured, or too short for the kernel's clock."""
    ours, theirs = ([one.get(TOTAL, 0.0) for one in usage.get(name, ())] for name in (forge, peer))
    if not ours or not theirs or 0 in theirs:
        return None
    return Figure(Spread.of_ratios(ours, theirs), "less", target)


class Bound(NamedTuple):
    """The target of a figure that has no peer."""

    name: str
    unit: str
    better: Better
    target: float


def at_least(name: str, unit: str, bound: float) -> Bound:
    return Bound(name, unit, "more", bound)


def at_most(name: str, unit: str, bound: float) -> Bound:
    return Bound(name, unit, "less", bound)


def single_row(bound: Bound, figures: Sequence[float], fsync_us: float, notes: str) -> Row:
    """Make the row of a figure that has no peer."""
    return Row(
        name=bound.name,
        unit=bound.unit,
        figure=Figure(Spread.of(figures), bound.better, bound.target),
        fsync_us=fsync_us,
        notes=notes,
    )
