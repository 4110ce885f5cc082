"""What a run found out: rows of figures, each with its target and the disk it was measured on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from scripts.bench.spread import Spread


class Peer(msgspec.Struct, frozen=True):
    """``ratio`` is Forge's figure over the peer's, round by round."""

    name: str
    figure: Spread
    ratio: Spread


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """``target`` is what was asked for, in words; of ratios it is the first peer's that counts."""

    name: str
    unit: str
    figure: Spread
    target: str
    met: bool
    fsync_us: float
    peers: tuple[Peer, ...] = ()
    notes: str = ""


class Run(msgspec.Struct, frozen=True):
    """A whole run, as ``--json`` prints it."""

    machine: Mapping[str, Any]
    rows: Sequence[Row]


class Comparison(NamedTuple):
    """What a row asks: whether Forge's figure is at least so many times the first peer's."""

    name: str
    unit: str
    at_least: float


def comparison_row(
    question: Comparison, rounds: Mapping[str, Sequence[float]], fsync_us: float, notes: str
) -> Row:
    """Answer with a row. ``rounds`` holds Forge's figures first, then each peer's, by name."""
    (_, ours), *others = rounds.items()
    peers = tuple(
        Peer(peer, Spread.of(theirs), Spread.of_ratios(ours, theirs)) for peer, theirs in others
    )
    return Row(
        name=question.name,
        unit=question.unit,
        figure=Spread.of(ours),
        target=f">= {question.at_least:g} x {peers[0].name}",
        met=peers[0].ratio.median >= question.at_least,
        fsync_us=fsync_us,
        peers=peers,
        notes=notes,
    )


class Bound(NamedTuple):
    """What a figure without a peer is held to."""

    name: str
    unit: str
    text: str
    holds: Callable[[float], bool]


def at_least(name: str, unit: str, bound: float) -> Bound:
    return Bound(name, unit, f">= {bound:,.0f} {unit}", lambda figure: figure >= bound)


def at_most(name: str, unit: str, bound: float) -> Bound:
    return Bound(name, unit, f"<= {bound:g} {unit}", lambda figure: figure <= bound)


def single_row(bound: Bound, figures: Sequence[float], fsync_us: float, notes: str) -> Row:
    """Make a row of a figure that has no peer."""
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
