"""Prints tables: as wide as the terminal, or untruncated into a pipe."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH: Final = 200
"""Width in characters without a terminal."""


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows; the headings are the keys of the first."""
    console = Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    table = Table(*(rows[0] if rows else ["no rows"]), box=SIMPLE)
    for row in rows:
        table.add_row(*map(Text, row.values()))
    console.print(table)
