"""What a command answers with: tables for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import rich_click as click

Row = Mapping[str, Any]


class Printer(Protocol):
    def one(self, row: Row, text: str = "") -> None:
        """Print a result; ``text`` is what people rather have than names and values."""
        ...

    def many(self, rows: Sequence[Row]) -> None:
        """Print a list; every row has the same keys."""
        ...


class JsonPrinter:
    """JSON on one line: an object, or an array of them."""

    def one(self, row: Row, text: str = "") -> None:  # noqa: ARG002 - for people
        click.echo(json.dumps(row))

    def many(self, rows: Sequence[Row]) -> None:
        click.echo(json.dumps(rows))


class TablePrinter:
    def one(self, row: Row, text: str = "") -> None:
        if text:
            click.echo(text)
            return
        width = max(map(len, row))
        for name, value in row.items():
            click.echo(f"{name:<{width}}  {_text(value)}")

    def many(self, rows: Sequence[Row]) -> None:
        from scripts.terminal.tables import print_table  # noqa: PLC0415 - programs do not wait for rich

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
