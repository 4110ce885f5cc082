"""Drafting rules for values: types, dates, formats, computed and constant fields, mappings."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from domain.pipelines.drafting.clause_cursor import FIELDS, PLACES, ROWS, Cursor, NotUnderstood
from domain.pipelines.drafting.draft import DraftStep
from domain.pipelines.expressions.parsing import parse_expression
from domain.pipelines.refusals import InvalidConfig

KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("number", "numbers", "numeric", "decimal", "float", "floats"), "number"),
    **dict.fromkeys(("integer", "integers", "int", "ints", "whole numbers"), "integer"),
    **dict.fromkeys(("boolean", "booleans", "bool", "true/false"), "boolean"),
    **dict.fromkeys(("string", "strings", "text", "texts"), "string"),
}
CONVERT_VERBS: Final = ("convert", "cast", "coerce", "turn", "parse", "change", "make")
DATES: Final = (
    *("iso dates", "iso date", "iso 8601", "iso format", "iso", "dates", "date", "iso 8601 dates"),
)


def coerce_types(cursor: Cursor) -> Sequence[DraftStep]:
    """``convert price and quantity to numbers``."""
    cursor.expect(*CONVERT_VERBS)
    paths = cursor.fields_list()
    cursor.expect("to", "into", "as")
    cursor.skip()
    for words, kind in KINDS.items():
        if cursor.accept(words):
            return [DraftStep("schema.coerce-types", {"types": dict.fromkeys(paths, kind)})]
    raise NotUnderstood


def parse_dates(cursor: Cursor) -> Sequence[DraftStep]:
    """``parse the dates in signed_up``, ``convert created to ISO dates``."""
    cursor.expect(*CONVERT_VERBS, "normalize", "normalise", "format")
    cursor.skip()
    if cursor.accept("dates in", "date in", "dates of"):
        return [DraftStep("transform.parse-dates", {"targets": cursor.fields_list()})]
    paths = cursor.fields_list()
    cursor.expect("to", "into", "as")
    cursor.skip()
    cursor.expect(*DATES)
    return [DraftStep("transform.parse-dates", {"targets": paths})]


def convert_format(cursor: Cursor) -> Sequence[DraftStep]:
    """``convert to CSV``."""
    cursor.expect("convert", "turn", "transform", "export", "make", "change")
    cursor.skip(ROWS)
    cursor.expect("to", "into", "as")
    cursor.skip()
    if cursor.accept("csv"):
        return [DraftStep("convert.json-to-csv", {})]
    cursor.expect("yaml")
    return [DraftStep("convert.json-to-yaml", {})]


def compute(cursor: Cursor) -> Sequence[DraftStep]:
    """``add total as price * quantity``, ``compute full = first + " " + last``."""
    cursor.expect("add", "compute", "calculate", "set", "create")
    cursor.skip({"new", "field", "column"})
    name = cursor.name()
    cursor.expect("as", "=", "to be", "equal to", "from")
    source = _source(cursor)
    return [DraftStep("transform.compute", {"fields": {name: source}})]


def set_constant(cursor: Cursor) -> Sequence[DraftStep]:
    """``set status to "new"``."""
    cursor.expect("set", "add")
    cursor.skip({"field", "column"})
    name = cursor.name()
    cursor.expect("to", "with the value", "with value")
    value = msgspec.json.encode(cursor.literal()).decode()
    cursor.skip(ROWS, PLACES)
    return [DraftStep("transform.compute", {"fields": {name: value}})]


def round_numbers(cursor: Cursor) -> Sequence[DraftStep]:
    """``round price to 2 decimals``."""
    cursor.expect("round")
    fields: dict[str, str] = {}
    paths = cursor.fields_list()
    digits = 0
    if cursor.accept("to"):
        cursor.skip({"nearest"})
        if not cursor.accept("integer", "whole number", "integers", "whole numbers"):
            digits = cursor.number()
            cursor.expect("decimals", "decimal places", "digits", "decimal", "places")
    for path in paths:
        fields[_require_name(path)] = f"round({_expression_field(path)}, {digits})"
    return [DraftStep("transform.compute", {"fields": fields})]


def fill_missing(cursor: Cursor) -> Sequence[DraftStep]:
    """``fill missing country with "US"``."""
    cursor.expect("fill", "replace", "set", "default")
    cursor.skip({"in"})
    cursor.accept("missing", "null", "empty", "missing values in", "nulls in")
    cursor.skip(FIELDS, PLACES)
    path = cursor.field()
    cursor.skip(FIELDS)
    cursor.expect("with", "by", "to")
    value = msgspec.json.encode(cursor.literal()).decode()
    source = f"coalesce({_expression_field(path)}, {value})"
    return [DraftStep("transform.compute", {"fields": {_require_name(path): source}})]


def map_values(cursor: Cursor) -> Sequence[DraftStep]:
    """``map status A to active and B to blocked``."""
    cursor.expect("map", "translate", "replace")
    path = cursor.field()
    cursor.accept("field", "column", "value", "values")
    cursor.accept("from", ":")
    mapped: dict[str, Any] = {}
    while True:
        key = cursor.literal()
        cursor.expect("to", "as", "by", "=")
        written = key if isinstance(key, str) else msgspec.json.encode(key).decode()
        mapped[written] = cursor.literal()
        if not cursor.accept(",", "and", "&"):
            break
        cursor.accept("and")
    return [DraftStep("transform.map-values", {"table": mapped, "targets": [path]})]


def truncate(cursor: Cursor) -> Sequence[DraftStep]:
    """``truncate description to 80 characters``; without a field, every text."""
    cursor.expect("truncate", "shorten", "cut", "limit")
    paths = cursor.maybe_fields_list()
    cursor.skip(FIELDS, {"strings", "texts", "string", "text", "long"})
    cursor.expect("to", "after", "at")
    cursor.skip({"first", "most"})
    number = cursor.number()
    cursor.expect("characters", "chars", "letters")
    if paths is None:
        return [DraftStep("schema.truncate", {"maxString": number})]
    fields = {
        _require_name(path): f"substring({_expression_field(path)}, 0, {number})" for path in paths
    }
    return [DraftStep("transform.compute", {"fields": fields})]


def _source(cursor: Cursor) -> str:
    """Consume an expression."""
    source = " ".join(
        repr(word.text) if word.kind == "text" else word.text for word in cursor.rest()
    )
    try:
        parse_expression(source)
    except InvalidConfig as error:
        raise NotUnderstood from error
    return source


def _require_name(path: str) -> str:
    """Require a path of one name, since only fields of the record itself are computed."""
    if "." in path or "\\" in path or "[" in path:
        raise NotUnderstood
    return path


def _expression_field(path: str) -> str:
    return path if path.isidentifier() and path.isascii() else f"`{path}`"
