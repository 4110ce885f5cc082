"""Renders the results of a run as Markdown tables."""

from collections.abc import Iterator, Sequence

from scripts.bench.output.cells import ALONE_HEADINGS, alone, comparison_cells, heading, notes
from scripts.bench.results import Row, Run


def as_markdown(run: Run) -> str:
    """Return a table for each comparison, then one for the figures without a peer."""
    compared = [row for row in run.rows if row.peers]
    others = [row for row in run.rows if not row.peers]
    parts = [heading(run), *map(_comparison, compared), *([_alone(others)] if others else [])]
    return "\n\n".join(parts)


def _comparison(row: Row) -> str:
    headings, lines = comparison_cells(row)
    cells = ([cell.text for cell in line] for line in lines)
    return f"### {_capital(row.name)}, {row.unit}\n\n{_table(headings, cells)}\n\n{notes(row)}."


def _alone(rows: Sequence[Row]) -> str:
    cells = ([cell.text for cell in alone(row)] for row in rows)
    return f"### Without a peer\n\n{_table(ALONE_HEADINGS, cells)}"


def _table(headings: Sequence[str], rows: Iterator[list[str]]) -> str:
    ruler = ["---"] * len(headings)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, ruler, *rows))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
