"""Utility ``convert.csv-to-json``: RFC 4180, by the standard library."""

import csv
import io
from typing import Any, Final

from adapters.utilities.inputs import Inputs, require_text
from domain.pipelines.expressions.values import number
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.convert import CsvToJson

_WORDS: Final = {"true": True, "false": False, "null": None}
_REST: Final = "_extra"
"""Field for the cells beyond the last named column."""


def run(inputs: Inputs, config: CsvToJson) -> Any:
    source = require_text(inputs.primary, "CSV as a text").removeprefix("\ufeff")
    csv.field_size_limit(len(source) + 1)
    rows = csv.reader(io.StringIO(source, newline=""), delimiter=config.delimiter, strict=True)
    try:
        cells = [[_value(cell, config) for cell in row] for row in rows if row]
    except csv.Error as error:
        raise InvalidInput(f"Line {rows.line_num} is not CSV: {error}.") from error
    return _records(cells) if config.header and cells else cells


def _records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    names = ["" if name is None else str(name) for name in rows[0]]
    if len(set(names)) < len(names):
        raise InvalidInput("Two columns have the same name.")
    width = len(names)
    return [
        {
            **dict(zip(names, [*row, *[None] * (width - len(row))], strict=False)),
            **({_REST: row[width:]} if len(row) > width else {}),
        }
        for row in rows[1:]
    ]


def _value(cell: str, config: CsvToJson) -> Any:
    """Infer the type of a cell; digits with a leading zero are a code, such as a post code."""
    if not config.infer_types:
        return cell
    if cell.lower() in _WORDS:
        return _WORDS[cell.lower()]
    digits = cell.lstrip("-")
    if digits.startswith("0") and digits[1:2].isdecimal():
        return cell
    value = number(cell) if digits[:1].isdecimal() and digits[-1:].isdecimal() else None
    return cell if value is None else value
