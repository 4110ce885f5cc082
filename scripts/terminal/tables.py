"""Tables on the terminal, and uncut where there is none."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH: Final = 200
"""Columns, where nobody looks: a pipe has no width."""


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows under the names of the first one's fields."""
    console = Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    table = Table(*(rows[0] if rows else ["nothing there"]), box=SIMPLE)
    for row in rows:
        table.add_row(*map(Text, row.values()))
    console.print(table)
