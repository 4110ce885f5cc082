"""Results as text: one line for Forge and for each peer of a row, alike on paper and terminal."""

from typing import Final, NamedTuple

from scripts.bench.cpu import NOT_MEASURED
from scripts.bench.results import TOTAL, Better, Figure, Peer, Row, Run
from scripts.bench.spread import Spread

SIGNS: Final[dict[Better, str]] = {"more": "≥", "less": "≤"}
HEADINGS: Final = (
    "",
    "figure",
    "Forge to it",
    "target",
    "CPU µs/request",
    "Forge to it",
    "target",
)


ALONE_HEADINGS: Final = ("", "figure", "target", "")


class Cell(NamedTuple):
    """Text, and whether it names a missed target."""

    text: str = ""
    missed: bool = False


def heading(run: Run) -> str:
    """Return what the figures are, where they were measured, and what could not be measured."""
    machine = ", ".join(f"{name} {value}" for name, value in run.machine.items())
    measured = "Linux" in run.machine.get("system", "")
    medians = f"Medians (minimum to maximum) of {run.rounds} alternating rounds; {machine}."
    return medians if measured else f"{medians} {NOT_MEASURED}"


def comparison_cells(row: Row) -> tuple[list[str], list[list[Cell]]]:
    """Return headings, and a line of cells for each subject, without columns that are empty."""
    lines = _lines(row)
    filled = [n for n in range(len(HEADINGS)) if any(line[n].text for line in lines)]
    return [HEADINGS[n] for n in filled], [[line[n] for n in filled] for line in lines]


def _lines(row: Row) -> list[list[Cell]]:
    forge = (Cell(spread_text(row.figure.spread)), Cell(), target(row.figure, row.unit))
    ours = [Cell("Forge"), *forge, _cpu(row.cpu.get(TOTAL)), Cell(), Cell()]
    return [ours, *(_peer(peer) for peer in row.peers)]


def _peer(peer: Peer) -> list[Cell]:
    cpu = (Cell(), Cell()) if peer.cpu_ratio is None else _ratio(peer.cpu_ratio)
    figure = (Cell(peer.name), Cell(spread_text(peer.figure)), *_ratio(peer.ratio))
    return [*figure, _cpu(peer.cpu.get(TOTAL)), *cpu]


def _ratio(figure: Figure) -> tuple[Cell, Cell]:
    return Cell(ratio_text(figure.spread)), target(figure, "x")


def target(figure: Figure, unit: str) -> Cell:
    """Return what a figure must reach, and whether it does; empty without a target."""
    if figure.target is None:
        return Cell()
    verdict = "met" if figure.met else "missed"
    return Cell(f"{SIGNS[figure.better]} {figure.target:,g} {unit}: {verdict}", not figure.met)


def spread_text(spread: Spread) -> str:
    digits = 0 if spread.median >= 100 else 2  # noqa: PLR2004 - three digits suffice
    low, high = f"{spread.least:,.{digits}f}", f"{spread.most:,.{digits}f}"
    return f"{spread.median:,.{digits}f} ({low} to {high})"


def ratio_text(spread: Spread) -> str:
    return f"{spread.median:.2f} x ({spread.least:.2f} to {spread.most:.2f})"


def alone(row: Row) -> list[Cell]:
    """Return the cells of a row without a peer, under ``ALONE_HEADINGS``."""
    figure = f"{spread_text(row.figure.spread)} {row.unit}"
    return [Cell(row.name), Cell(figure), target(row.figure, row.unit), Cell(row.notes)]


def notes(row: Row) -> str:
    """Return what belongs below a comparison: notes, CPU by process if measured, fsync."""
    split = (f"{name} {used.median:.0f}" for name, used in row.cpu.items() if name != TOTAL)
    cpu = f"Forge's CPU in µs: {', '.join(split)}" if row.cpu else ""
    return "; ".join(filter(None, (row.notes, cpu, f"fsync {row.fsync_us:.0f} µs")))


def _cpu(total: Spread | None) -> Cell:
    return Cell() if total is None else Cell(spread_text(total))
