"""Utility ``structure.tabular-ops``: operations on an array as a table."""

from enum import Enum
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from domain.pipelines.expressions.templates import condition, template
from domain.pipelines.paths import FORBIDDEN, FieldPath, check_paths, parse_path
from domain.pipelines.refusals import InvalidConfig
from domain.pipelines.utilities.structure import Direction
from domain.pipelines.utilities.utility import Config, Example, Utility

Source = Annotated[
    str,
    Meta(
        max_length=2_000,
        description="An expression over a row, `{{price * quantity}}`, or a text with some in it.",
    ),
]
Column = Annotated[str, Meta(min_length=1, max_length=200)]


class TableMode(Enum):
    DOCUMENT_ROW = "document-row"
    ARRAY_PATH = "array-path"


class _Operation(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op"
):
    """One step over all rows."""


class Filter(_Operation, frozen=True, tag="filter"):
    where: Source


class AddColumn(_Operation, frozen=True, tag="addColumn"):
    name: Column
    value: Source


class RenameColumn(_Operation, frozen=True, tag="renameColumn", rename={"from_": "from"}):
    from_: Column
    to: Column


class RemoveColumn(_Operation, frozen=True, tag="removeColumn"):
    name: Column


class SortRows(_Operation, frozen=True, tag="sort"):
    by: FieldPath
    dir: Direction = Direction.ASCENDING


class DedupeRows(_Operation, frozen=True, tag="dedupe"):
    keys: Annotated[tuple[FieldPath, ...], Meta(max_length=20)] = ()


Operation: TypeAlias = Filter | AddColumn | RenameColumn | RemoveColumn | SortRows | DedupeRows


class TabularOps(Config, frozen=True, kw_only=True):
    """In ``document-row`` the input is the rows, or one row; else they lie at ``source``."""

    mode: TableMode = TableMode.DOCUMENT_ROW
    source: Annotated[FieldPath, Meta(description="Where the rows are, for `array-path`.")] = "$"
    operations: Annotated[tuple[Operation, ...], Meta(min_length=1, max_length=50)]

    def check(self) -> None:
        parse_path(self.source)
        for operation in self.operations:
            _check(operation)


def _check(operation: Operation) -> None:
    match operation:
        case Filter(where=where):
            condition(where)
        case AddColumn(name=name, value=value):
            _check_name(name)
            template(value)
        case RenameColumn(to=to):
            _check_name(to)
        case SortRows(by=by):
            parse_path(by)
        case DedupeRows(keys=keys):
            check_paths(keys)


def _check_name(name: str) -> None:
    if name in FORBIDDEN:
        raise InvalidConfig(f"{name!r} is not a name that may be used.", "operations")


UTILITIES: Final = (
    Utility(
        id="structure.tabular-ops",
        summary="Filters, sorts and dedupes rows; adds, renames and removes columns.",
        config=TabularOps,
        example=Example(
            primary={"rows": [{"price": 2, "quantity": 3}, {"price": 5, "quantity": 0}]},
            config={
                "mode": "array-path",
                "source": "rows",
                "operations": [
                    {"op": "filter", "where": "{{quantity > 0}}"},
                    {"op": "addColumn", "name": "total", "value": "{{price * quantity}}"},
                ],
            },
            output={"rows": [{"price": 2, "quantity": 3, "total": 6}]},
        ),
    ),
)
