"""Prints the changes of a run against the baseline; exit status 1 when something is worse."""

import sys
from typing import Final

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.bench.output.cells import spread_text
from scripts.bench.output.changes import MIN_ROUNDS, Change, Verdict, changes
from scripts.bench.output.result_file import BASELINE, read_run
from scripts.bench.output.table import WIDTH
from scripts.bench.results import Run
from scripts.bench.spread import Spread

STYLES: Final[dict[Verdict, str]] = {"better": "green", "worse": "red"}
COLUMNS: Final = ("row", "", "baseline", "now", "change", "")


class TooFewRounds(click.ClickException):
    """The ranges of one or two rounds say nothing about the noise."""


def compare(run: Run) -> int:
    """Compare with the baseline file; return the exit status."""
    return compare_with(read_run(BASELINE), run)


def compare_with(baseline: Run, run: Run) -> int:
    """Print the changes; return the exit status. Raises ``TooFewRounds``."""
    if min(baseline.rounds, run.rounds) < MIN_ROUNDS:
        raise TooFewRounds(f"A comparison needs at least {MIN_ROUNDS} rounds in both runs.")
    found = changes(baseline, run)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(_table(found))
    worse = sum(change.verdict == "worse" for change in found)
    click.echo(f"Ratios that are worse beyond the noise: {worse}")
    return 1 if worse else 0


def _table(found: list[Change]) -> Table:
    title = "Change against the baseline: ratios are judged, absolute figures only shown"
    table = Table(*COLUMNS, title=title)
    last = ""
    for change in found:
        if change.row != last:
            table.add_section()
        name, last = ("" if change.row == last else change.row), change.row
        figures = (_figure(change.before), _figure(change.now), percentage(change))
        verdict = Text(change.verdict, STYLES.get(change.verdict, "dim"))
        table.add_row(name, change.what, *figures, verdict)
    return table


def percentage(change: Change) -> str:
    """Return the relative change of the median; empty where there is none, as from zero."""
    if change.before is None or change.now is None or change.before.median == 0:
        return ""
    return f"{change.now.median / change.before.median - 1:+.1%}"


def _figure(spread: Spread | None) -> str:
    return "" if spread is None else spread_text(spread)
