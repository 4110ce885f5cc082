"""Renders the results of a run as tables for the terminal."""

import sys
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.bench.output.cells import ALONE_HEADINGS, Cell, alone, comparison_cells, heading, notes
from scripts.bench.results import Row, Run

WIDTH: Final = 170


def show(run: Run) -> int:
    """Print a table for each comparison, and one for the rest; return the exit status."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(heading(run))
    for table in tables(run):
        console.print(table)
    return 0


def tables(run: Run) -> Iterator[Table]:
    yield from (_comparison(row) for row in run.rows if row.peers)
    if alone := [row for row in run.rows if not row.peers]:
        yield _alone(alone)


def _comparison(row: Row) -> Table:
    headings, lines = comparison_cells(row)
    table = _table(f"{row.name}, {row.unit}", headings)
    for cells in lines:
        table.add_row(*map(_text, cells))
    table.caption = notes(row)
    return table


def _alone(rows: Sequence[Row]) -> Table:
    table = _table("without a peer", ALONE_HEADINGS)
    for row in rows:
        table.add_row(*map(_text, alone(row)))
    return table


def _table(title: str, headings: Sequence[str]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", caption_justify="left")
    for column in headings:
        table.add_column(column, justify="left" if column in {"", "target"} else "right")
    return table


def _text(cell: Cell) -> Text:
    return Text(cell.text, "red" if cell.missed else "")
