"""Changes between two runs: of ratios to peers, because machines differ from run to run.

A change counts only beyond the noise: the ranges of both runs together, and at least two percent,
since three rounds may happen to agree. A figure without a peer is never judged.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from scripts.bench.results import Figure, Row, Run
from scripts.bench.spread import Spread

LEAST_NOISE: Final = 0.02
"""Of the earlier median."""
MIN_ROUNDS: Final = 3
"""Fewer rounds say nothing about the noise."""
Verdict: TypeAlias = Literal["better", "worse", "within noise", "new", "not measured", "not judged"]
Key: TypeAlias = tuple[str, str, str]


class Change(NamedTuple):
    """One figure of a row in two runs; ``None`` where a run has not measured it."""

    row: str
    what: str
    before: Spread | None
    now: Spread | None
    verdict: Verdict


def changes(before: Run, now: Run) -> list[Change]:
    """Return the change of each figure that either run has, those of ``now`` first."""
    old, new = _figures(before), _figures(now)
    return [_change(key, old.get(key), new.get(key)) for key in {**new, **old}]


def _figures(run: Run) -> Mapping[Key, Figure]:
    return {(row.name, *key): figure for row in run.rows for key, figure in _of_row(row)}


def _of_row(row: Row) -> Iterator[tuple[tuple[str, str], Figure]]:
    yield ("Forge", row.unit), row.figure
    for peer in row.peers:
        yield (f"to {peer.name}", "x"), peer.ratio
        if peer.cpu_ratio is not None:
            yield (f"CPU to {peer.name}", "x"), peer.cpu_ratio


def _change(key: Key, old: Figure | None, new: Figure | None) -> Change:
    row, what, unit = key
    name = what if unit == "x" else f"{what}, {unit}"
    before, now = (None if one is None else one.spread for one in (old, new))
    return Change(row, name, before, now, _verdict(old, new, judged=unit == "x"))


def _verdict(old: Figure | None, new: Figure | None, *, judged: bool) -> Verdict:
    if new is None:
        return "not measured"
    if old is None:
        return "new"
    return judge(old, new) if judged else "not judged"


def judge(old: Figure, new: Figure) -> Verdict:
    """Say whether a ratio has changed beyond the noise, in absolute terms: it may be zero."""
    change = new.spread.median - old.spread.median
    noise = _range(old.spread) + _range(new.spread)
    if abs(change) <= max(noise, LEAST_NOISE * abs(old.spread.median)):
        return "within noise"
    return "better" if (change > 0) == (new.better == "more") else "worse"


def _range(spread: Spread) -> float:
    return spread.most - spread.least
