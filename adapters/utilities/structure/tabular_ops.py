"""``structure.tabular-ops``."""

from typing import Any, TypeAlias

from adapters.utilities.cleanup.dedupe import deduped
from adapters.utilities.inputs import Inputs, array, record
from adapters.utilities.structure.rename_keys import renamed
from adapters.utilities.structure.sort import in_order
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
    """Return the rows; of a document that is one row itself, that row or null."""

    def worked(rows: Any) -> Any:
        made: Rows = [record(row) for row in array(rows)]
        for operation in config.operations:
            made = _done(made, operation)
        return made

    if config.mode is TableMode.ARRAY_PATH:
        return change_at_paths(inputs.primary, [config.source], worked)
    if isinstance(inputs.primary, list):
        return worked(inputs.primary)
    return next(iter(worked([inputs.primary])), None)


def _done(rows: Rows, operation: Operation) -> Rows:
    match operation:
        case Filter(where=where):
            test = condition(where)
            return [row for row in rows if truth(test(row))]
        case AddColumn(name=name, value=source):
            value = template(source)
            return [{**row, name: value(row)} for row in rows]
        case RenameColumn(from_=old, to=new):
            return [renamed(row, old, new) for row in rows]
        case RemoveColumn(name=name):
            return [{key: row[key] for key in row if key != name} for row in rows]
        case SortRows(by=by, dir=direction):
            return in_order(rows, by, direction)
        case DedupeRows(keys=keys):
            return deduped(rows, keys)
