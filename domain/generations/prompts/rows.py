"""Extraction of plan values for patterns that act on the rows of a table."""

from typing import Final

from msgspec.structs import replace

from domain.generations.prompts.columns import columns_in
from domain.generations.prompts.common import Values, dataset_in, on_rows, relation_in
from domain.generations.prompts.finding import WORD, Shape, find_value, matches

_TYPED: Final = r"((?!Items?\b|Teamcenter\b|CSV\b)[A-Z][A-Za-z0-9_]{2,})"


def bulk_property_update(text: str) -> Values:
    """Return the properties to set; the columns of the file have their names as headings."""
    columns = [replace(each, heading=each.property) for each in columns_in(text)]
    return {**on_rows(text), "columns": [each for each in columns if each.property != "item_id"]}


def bulk_item_create(text: str) -> Values:
    kind = find_value(
        text,
        Shape(r"\bof (?:item )?type ", WORD),
        Shape(r"\b(?:item )?type (?:is |= ?|: ?)?", r"([A-Z]\w*)"),
        Shape(
            r"\b(?:new|bulk|of|create|import|load|register|make|generate) ", _TYPED, r" items?\b"
        ),
    )
    return {**on_rows(text), "item_type": kind or _plural_type(text)}


def _plural_type(text: str) -> str | None:
    if matches(text, r"\bitems\b"):
        return None
    documents, parts = matches(text, r"\bdocuments\b"), matches(text, r"\bparts\b")
    if documents == parts:
        return None
    return "Document" if documents else "Part"


def dataset_import(text: str) -> Values:
    return {**on_rows(text), **dataset_in(text)}


def relation_manage(text: str) -> Values:
    gone = matches(text, r"\b(?:delet|remov|break|unlink|drop|disconnect|cut)\w*")
    return {**on_rows(text), "relation": relation_in(text), "action": "delete" if gone else None}
