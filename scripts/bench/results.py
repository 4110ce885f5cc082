"""Results of a run: rows of figures, each with its target and the fsync latency."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from scripts.bench.spread import Spread


class Peer(msgspec.Struct, frozen=True):
    """Result of a peer; ``ratio`` is Forge's figure divided by the peer's, round by round."""

    name: str
    figure: Spread
    ratio: Spread


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark; ``target`` is its goal as text, and a ratio refers to the first peer."""

    name: str
    unit: str
    figure: Spread
    target: str
    met: bool
    fsync_us: float
    peers: tuple[Peer, ...] = ()
    notes: str = ""


class Run(msgspec.Struct, frozen=True):
    """The results of a whole run, as ``--json`` prints them."""

    machine: Mapping[str, Any]
    rows: Sequence[Row]


class Comparison(NamedTuple):
    """The target of a comparison: Forge's figure is at least a multiple of the first peer's."""

    name: str
    unit: str
    at_least: float


def comparison_row(
    comparison: Comparison, rounds: Mapping[str, Sequence[float]], fsync_us: float, notes: str
) -> Row:
    """Make the row of a comparison; ``rounds`` has Forge's figures first, then those of peers."""
    (_, ours), *others = rounds.items()
    peers = tuple(
        Peer(peer, Spread.of(theirs), Spread.of_ratios(ours, theirs)) for peer, theirs in others
    )
    return Row(
        name=comparison.name,
        unit=comparison.unit,
        figure=Spread.of(ours),
        target=f">= {comparison.at_least:g} x {peers[0].name}",
        met=peers[0].ratio.median >= comparison.at_least,
        fsync_us=fsync_us,
        peers=peers,
        notes=notes,
    )


class Bound(NamedTuple):
    """The target of a figure that has no peer."""

    name: str
    unit: str
    text: str
    holds: Callable[[float], bool]


def at_least(name: str, unit: str, bound: float) -> Bound:
    return Bound(name, unit, f">= {bound:,.0f} {unit}", lambda figure: figure >= bound)


def at_most(name: str, unit: str, bound: float) -> Bound:
    return Bound(name, unit, f"<= {bound:g} {unit}", lambda figure: figure <= bound)


def single_row(bound: Bound, figures: Sequence[float], fsync_us: float, notes: str) -> Row:
    """Make the row of a figure that has no peer."""
    figure = Spread.of(figures)
    return Row(
        name=bound.name,
        unit=bound.unit,
        figure=figure,
        target=bound.text,
        met=bound.holds(figure.median),
        fsync_us=fsync_us,
        notes=notes,
    )
