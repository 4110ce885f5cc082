"""Extraction of plan values for patterns that write files."""

import re
from typing import Final

from domain.generations.prompts.columns import columns_in
from domain.generations.prompts.common import (
    Values,
    dataset_in,
    number_before,
    on_objects,
    query_in,
    to_table,
)
from domain.generations.prompts.finding import (
    PATH,
    QUOTED,
    ROOTED,
    TITLE,
    Shape,
    find_value,
    matches,
)
from domain.generations.prompts.words import DATASETS

_ID: Final = r"([A-Za-z0-9][\w.-]*\d[\w-]*(?:/[A-Z0-9]+)?)"
_DEPTH: Final = re.compile(r"\b(?:depth|levels?)(?: of| =|:)? (\d{1,3})\b", re.IGNORECASE)


def query_export(text: str) -> Values:
    return {**on_objects(text), **to_table(text), "columns": columns_in(text)}


def bom_export(text: str) -> Values:
    after = (
        r"\b(?:item|part|assembly|product|part number|top item|for|of|structure)(?: id| number)? "
    )
    item, _, revision = (find_value(text, Shape(after, _ID)) or "").partition("/")
    return {
        **to_table(text),
        "item": item,
        "revision": revision
        or find_value(text, Shape(r"\brev(?:ision)? (?!rule)", r"([A-Z0-9]{1,4})\b")),
        "rule": find_value(
            text,
            Shape(r"\brule (?:named |called |of )?", QUOTED),
            Shape(r"\b(?:with|using|by|under) (?:the )?", TITLE, r" (?:revision )?rule\b"),
            Shape(r"\brule (?:named |called |of )?", TITLE),
        ),
        "levels": _levels(text),
        "columns": columns_in(text, bom=True),
    }


def _levels(text: str) -> int | None:
    if matches(text, r"\b(?:single|one|first).level\b"):
        return 1
    depth = _DEPTH.search(text)
    return int(depth[1]) if depth else number_before(text, r"[ -]levels?\b")


def dataset_export(text: str) -> Values:
    values = {**on_objects(text), **dataset_in(text)}
    extensions = {kind.type: kind.extension for kind in DATASETS.values()}
    return {
        **values,
        "extension": extensions.get(values.get("dataset_type", "")),
        "directory": find_value(
            text,
            Shape(r"\b(?:folder|directory|path|share) (?:named |called )?", ROOTED),
            Shape(r"\b(?:to|into|in|under|at) (?:the )?(?:folder |directory )?", ROOTED),
            Shape(r"\b(?:folder|directory) (?:named |called )?(?!(?:of|and|with|for)\b)", PATH),
            Shape(r"\b(?:to|into|in|under) (?:the |a )?", PATH, r" (?:folder|directory)"),
        ),
    }


def stuck_workflow_report(text: str) -> Values:
    units = ((r"[ -]days?\b", 1), (r"[ -]weeks?\b", 7), (r"[ -]months?\b", 30))
    counted = ((number_before(text, unit), days) for unit, days in units)
    days = next((number * days for number, days in counted if number), None)
    return {**to_table(text), "query": query_in(text), "days": days}
