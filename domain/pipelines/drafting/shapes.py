"""Drafting rules for the shape of a document: remove, keep, rename, move, flatten fields."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from domain.pipelines.drafting.clause_cursor import FIELDS, PLACES, ROWS, Cursor, NotUnderstood
from domain.pipelines.drafting.draft import DraftStep
from domain.pipelines.paths import parse_path

REMOVE_VERBS: Final = ("remove", "drop", "delete", "exclude", "omit", "discard", "strip", "clean")
EMPTY: Final[Mapping[str, tuple[str, ...]]] = {
    "empty strings": ("removeEmptyStrings",),
    "empty texts": ("removeEmptyStrings",),
    "blank strings": ("removeEmptyStrings",),
    "empty arrays": ("removeEmptyArrays",),
    "empty lists": ("removeEmptyArrays",),
    "empty objects": ("removeEmptyObjects",),
    "nulls": ("removeNulls",),
    "null": ("removeNulls",),
    "empty": (*("removeNulls", "removeEmptyStrings", "removeEmptyArrays", "removeEmptyObjects"),),
}
CASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("camel", "camelcase", "camel case"), "camel"),
    **dict.fromkeys(("snake", "snakecase", "snake_case", "snake case"), "snake"),
    **dict.fromkeys(("kebab", "kebab-case", "kebabcase", "kebab case"), "kebab"),
    **dict.fromkeys(("pascal", "pascalcase", "pascal case"), "pascal"),
    **dict.fromkeys(("constant", "constant case", "screaming snake case"), "constant"),
}
DELIMITERS: Final[Mapping[str, str]] = {
    "underscore": "_",
    "underscores": "_",
    "dot": ".",
    "dots": ".",
    "dash": "-",
    "slash": "/",
}


def clean(cursor: Cursor) -> Sequence[DraftStep]:
    """``drop null fields``, ``remove nulls and empty strings``, ``delete fields that are null``."""
    cursor.expect(*REMOVE_VERBS)
    config: dict[str, bool] = {}
    cursor.skip(FIELDS)
    cursor.accept("with", "that are", "which are", "whose value is")
    while True:
        cursor.skip()
        options = next((EMPTY[words] for words in EMPTY if cursor.accept(words)), None)
        if options is None:
            raise NotUnderstood
        config.update(dict.fromkeys(options, True))
        cursor.skip(FIELDS)
        if not cursor.accept(",", "and", "or", "&"):
            break
        cursor.accept("and", "or")
    if cursor.accept(*PLACES):
        cursor.skip(ROWS)
    return [DraftStep("schema.clean-json", config)]


def remove(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect(*REMOVE_VERBS)
    paths = cursor.fields_list()
    if cursor.accept(*PLACES):
        cursor.skip(ROWS)
        cursor.maybe_field()
    return [DraftStep("structure.remove-fields", {"fields": paths})]


def keep(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("keep", "pick", "select", "retain", "return", "extract")
    cursor.skip({"only"})
    return [DraftStep("structure.pick-fields", {"fields": cursor.fields_list()})]


def extract(cursor: Cursor) -> Sequence[DraftStep]:
    """``extract the names``: an array of them."""
    cursor.expect("extract", "get", "list")
    path = cursor.field()
    expression = _projection(cursor.fields.value, path)
    return [DraftStep("query.jmespath", {"expression": expression})]


def rename(cursor: Cursor) -> Sequence[DraftStep]:
    """``rename a to b and c to d``."""
    cursor.expect("rename")
    names: dict[str, str] = {}
    while True:
        cursor.skip(FIELDS)
        path = cursor.field()
        cursor.skip(FIELDS)
        cursor.expect("to", "as", "into", "=")
        names[path] = cursor.name()
        if not cursor.accept(",", "and", "&"):
            break
        cursor.accept("and")
    return [DraftStep("structure.rename-keys", {"map": names})]


def recase(cursor: Cursor) -> Sequence[DraftStep]:
    """``convert all keys to snake_case``."""
    cursor.expect("rename", "convert", "change", "make", "turn", "transform")
    cursor.skip()
    cursor.expect("keys", "field names", "fields", "column names", "columns", "names", "properties")
    cursor.accept("to", "into")
    for words, found in CASES.items():
        if cursor.accept(words):
            cursor.accept("case")
            return [DraftStep("structure.rename-keys", {"case": found})]
    raise NotUnderstood


def transfer(cursor: Cursor) -> Sequence[DraftStep]:
    """``copy a to b``, ``move a into b.c``."""
    mode = "copy" if cursor.accept("copy") else "move"
    if mode == "move":
        cursor.expect("move")
    path = cursor.field()
    cursor.skip(FIELDS)
    cursor.expect("to", "into", "as", "under")
    config: dict[str, Any] = {"from": path, "to": cursor.name(), "mode": mode}
    return [DraftStep("structure.copy-move", config)]


def flatten(cursor: Cursor) -> Sequence[DraftStep]:
    mode = "flatten" if cursor.accept("flatten") else "nest"
    if mode == "nest":
        cursor.expect("unflatten", "nest")
    cursor.skip(ROWS, FIELDS, {"nested", "structure"})
    config: dict[str, Any] = {"mode": mode}
    if cursor.accept("with", "using", "by"):
        cursor.skip()
        name = cursor.name()
        config["delimiter"] = DELIMITERS.get(name.lower(), name)
        cursor.accept("as the separator", "as separator", "as delimiter", "as the delimiter")
        cursor.accept("separator", "delimiter", "separators")
    return [DraftStep("structure.flatten-nest", config)]


def sort_keys(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("sort", "order")
    cursor.skip({"object"})
    cursor.expect("keys", "field names", "fields")
    cursor.accept("alphabetically", "by name", "in alphabetical order")
    return [DraftStep("cleanup.sort-keys", {})]


def normalize(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("normalize", "normalise")
    cursor.skip(ROWS, {"shape"})
    return [DraftStep("schema.normalize", {})]


def infer(cursor: Cursor) -> Sequence[DraftStep]:
    cursor.expect("infer", "generate", "derive")
    cursor.skip({"json"})
    cursor.expect("schema")
    return [DraftStep("schema.infer", {})]


def _projection(value: Any, path: str) -> str:
    """Format a field path as JMESPath, with ``[]`` for arrays."""
    written = ""
    for step in (*parse_path(path), None):
        while isinstance(value, list):
            written, value = f"{written}[]", next(iter(value), None)
        if step is not None:
            written += "." * bool(written) + msgspec.json.encode(step).decode()
            value = value.get(step) if isinstance(value, dict) else None
    return written
