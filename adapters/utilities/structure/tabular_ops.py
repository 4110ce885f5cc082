"""Utility ``structure.tabular-ops``: runs table operations on rows."""

from typing import Any, TypeAlias

from adapters.utilities.cleanup.dedupe import dedupe_rows
from adapters.utilities.inputs import Inputs, require_array, require_object
from adapters.utilities.structure.rename_keys import rename_key
from adapters.utilities.structure.sort import sort_rows
from domain.pipelines.expressions.templates import condition, template
from domain.pipelines.expressions.values import truth
from domain.pipelines.path_values import change_at_paths
from domain.pipelines.utilities.tabular import (
    AddColumn,
    DedupeRows,
    Filter,
    Operation,
    RemoveColumn,
    RenameColumn,
    SortRows,
    TableMode,
    TabularOps,
)

Rows: TypeAlias = list[dict[str, Any]]


def run(inputs: Inputs, config: TabularOps) -> Any:
    """Return the rows; for a document that is a single row, that row or null."""

    def run_operations(rows: Any) -> Any:
        table: Rows = [require_object(row) for row in require_array(rows)]
        for operation in config.operations:
            table = _apply(table, operation)
        return table

    if config.mode is TableMode.ARRAY_PATH:
        return change_at_paths(inputs.primary, [config.source], run_operations)
    if isinstance(inputs.primary, list):
        return run_operations(inputs.primary)
    return next(iter(run_operations([inputs.primary])), None)


def _apply(rows: Rows, operation: Operation) -> Rows:
    match operation:
        case Filter(where=where):
            test = condition(where)
            return [row for row in rows if truth(test(row))]
        case AddColumn(name=name, value=source):
            value = template(source)
            return [{**row, name: value(row)} for row in rows]
        case RenameColumn(from_=old, to=new):
            return [rename_key(row, old, new) for row in rows]
        case RemoveColumn(name=name):
            return [{key: row[key] for key in row if key != name} for row in rows]
        case SortRows(by=by, dir=direction):
            return sort_rows(rows, by, direction)
        case DedupeRows(keys=keys):
            return dedupe_rows(rows, keys)
