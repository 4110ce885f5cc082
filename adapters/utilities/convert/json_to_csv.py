"""Utility ``convert.json-to-csv``: RFC 4180, by the standard library."""

import csv
import io
from typing import Any

from adapters.utilities.inputs import Inputs, require_array
from domain.pipelines.expressions.values import kind, text
from domain.pipelines.refusals import InvalidInput
from domain.pipelines.utilities.convert import JsonToCsv


def run(inputs: Inputs, config: JsonToCsv) -> Any:
    """Write rows in order, with a column for each field that any of the objects has."""
    rows = require_array(inputs.primary)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=config.delimiter)
    if all(isinstance(row, dict) for row in rows):
        columns = [*dict.fromkeys(key for row in rows for key in row)]
        if config.header and columns:
            writer.writerow(columns)
        writer.writerows([text(row.get(column)) for column in columns] for row in rows)
        return out.getvalue()
    if odd := next((row for row in rows if not isinstance(row, list)), None):
        raise InvalidInput(f"Rows are objects or arrays, all alike, not {kind(odd)}.")
    writer.writerows([text(cell) for cell in row] for row in rows)
    return out.getvalue()
