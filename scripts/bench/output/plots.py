"""Plots of a run as SVG: requests per second by connections, and CPU per request by process.

Equal results give equal files: no date, fixed ids, text as text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from scripts.bench.results import TOTAL, Row, Run
from scripts.bench.spread import Spread

LEVEL: Final = re.compile(r"(create|get) document, (\d+) connections?")
SETTINGS: Final = {"svg.hashsalt": "forge", "svg.fonttype": "none", "font.family": "sans-serif"}
SIZE: Final = (9, 5)
BAR: Final = 0.8


def write_plots(run: Run, directory: Path) -> list[tuple[str, Path]]:
    """Write the plots that a run has rows for; return the title and path of each."""
    directory.mkdir(exist_ok=True)
    written = []
    for mode in ("create", "get"):
        for name, (title, figure) in _plots(mode, _rows(run, mode)):
            written.append((title, directory / f"{mode}-{name}.svg"))
            _save(figure, written[-1][1])
    return written


def _plots(mode: str, rows: Sequence[Row]) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Yield the name, title and figure of each plot; without CPU there is none of CPU."""
    if rows:
        yield "requests", _plot_rates(mode, rows)
    if rows and (busiest := _busiest(rows)).cpu:
        yield "cpu", _plot_cpu(busiest)


def _rows(run: Run, mode: str) -> list[Row]:
    """Return the rows of a mode in the order of their connections."""
    found = ((LEVEL.fullmatch(row.name), row) for row in run.rows)
    levels = {int(match[2]): row for match, row in found if match and match[1] == mode}
    return [levels[level] for level in sorted(levels)]


def _busiest(rows: Sequence[Row]) -> Row:
    """Return the row that has targets, else the last."""
    return next((row for row in rows if any(peer.ratio.target for peer in row.peers)), rows[-1])


def _plot_rates(mode: str, rows: Sequence[Row]) -> tuple[str, Any]:
    """Draw a group of bars for each number of connections, with ranges as error bars."""
    title = f"Requests per second: {mode} document"
    figure, axes = _axes(title)
    subjects = _rates(rows[0])
    width = BAR / len(subjects)
    for number, name in enumerate(subjects):
        spreads = [_rates(row)[name] for row in rows]
        medians = [spread.median for spread in spreads]
        ranges = (
            [one.median - one.least for one in spreads],
            [one.most - one.median for one in spreads],
        )
        places = [group + (number + 0.5) * width - BAR / 2 for group in range(len(rows))]
        axes.bar(places, medians, width, yerr=ranges, label=name, error_kw={"linewidth": 0.6})
    axes.set_xticks(range(len(rows)), [row.name.split(", ")[1] for row in rows])
    _add_legend(figure)
    return title, figure


def _plot_cpu(row: Row) -> tuple[str, Any]:
    """Draw a stacked bar for each subject."""
    title = f"CPU per request in µs: {row.name}"
    figure, axes = _axes(title)
    usage = {"Forge": row.cpu, **{peer.name: peer.cpu for peer in row.peers}}
    roles = {role: None for used in usage.values() for role in used if role != TOTAL}
    left = [0.0] * len(usage)
    for role in roles:
        widths = [_median(used, role) for used in usage.values()]
        axes.barh([*usage], widths, left=left, label=role)
        left = [place + width for place, width in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.margins(x=0.03)
    _add_legend(figure)
    return title, figure


def _axes(title: str) -> tuple[Any, Any]:
    figure = Figure(SIZE, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    return figure, axes


def _add_legend(figure: Any) -> None:
    figure.legend(loc="outside lower center", ncols=4, fontsize="small")


def _rates(row: Row) -> Mapping[str, Spread]:
    return {"Forge": row.figure.spread, **{peer.name: peer.figure for peer in row.peers}}


def _median(used: Mapping[str, Spread], role: str) -> float:
    return used[role].median if role in used else 0.0


def _save(figure: Any, path: Path) -> None:
    with mpl.rc_context(SETTINGS):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
