"""Output of commands: tables, or JSON with ``--json``."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import rich_click as click

Row = Mapping[str, Any]


class Printer(Protocol):
    def one(self, row: Row, text: str = "") -> None:
        """Print one result; ``text`` replaces the list of names and values on a terminal."""
        ...

    def many(self, rows: Sequence[Row]) -> None:
        """Print a list of results; every row has the same keys."""
        ...


class JsonPrinter:
    """Prints JSON on one line: an object, or an array of objects."""

    def one(self, row: Row, text: str = "") -> None:  # noqa: ARG002 - only for tables
        click.echo(json.dumps(row))

    def many(self, rows: Sequence[Row]) -> None:
        click.echo(json.dumps(rows))


class TablePrinter:
    """Prints a table, or one result as lines of names and values."""

    def one(self, row: Row, text: str = "") -> None:
        if text:
            click.echo(text)
            return
        width = max(map(len, row))
        for name, value in row.items():
            click.echo(f"{name:<{width}}  {_text(value)}")

    def many(self, rows: Sequence[Row]) -> None:
        from scripts.terminal.tables import print_table  # noqa: PLC0415 - JSON output does not need rich

        print_table([{name: _text(value) for name, value in row.items()} for row in rows])


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return " ".join(map(str, value)) or "-"
        case _:
            return str(value)
