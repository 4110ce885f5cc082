"""Extraction of plan values that several patterns share: queries, tables, relations and more."""

from typing import Any, Final, TypeAlias

from domain.generations.prompts.criteria import criteria_in
from domain.generations.prompts.finding import (
    IDENTIFIER,
    QUOTED,
    TABLE,
    TITLE,
    WORD,
    Shape,
    find_value,
    matches,
)
from domain.generations.prompts.words import DATASETS, NUMBERS, RELATIONS

Values: TypeAlias = dict[str, Any]

_SEPARATED: Final = r"(?:delimiter|separated by|separator)\W{0,6}"
_AS: Final = r" as (?:the |a )?(?:delim|sep)"
_DELIMITERS: Final = (
    (rf"\bsemi-?colons?\b|{_SEPARATED};|;{_AS}", ";"),
    (r"\btabs?\b|\btsv\b", "\t"),
    (rf"\bpipes?\b|{_SEPARATED}\||\|{_AS}", "|"),
    (r"\bcommas?\b", ","),
)
_NO_NAME: Final = (
    r"(?!(?:results?|for|and|to|that|where|with|is|by|in|the|it|named|called|finds?|returns?)\b)"
)
_RELATION_VERBS: Final = frozenset({"create", "delete", "remove", "add", "make", "manage", "all"})


def query_in(text: str) -> str | None:
    return find_value(
        text,
        Shape(r"\bquer(?:y|ies) (?:named |called )?", QUOTED),
        Shape("", QUOTED, r" (?:saved )?query\b"),
        Shape(r"\bquery (?:named |called )", TITLE),
        Shape(r"\b(?:the|saved|a|our|my) ", TITLE, r" (?:saved )?query\b"),
        Shape(r"\b(?:run|use|using|execute|from) (?:the )?", TITLE, r" (?:saved )?query\b"),
        Shape(rf"\bquery {_NO_NAME}", r"([A-Z]\w*(?: [A-Z]\w*)*(?:\.\.\.)?)"),
    )


def table_in(text: str) -> str | None:
    """Return the CSV file that a prompt names."""
    return find_value(text, Shape(r"(?:^|[\s(=:])", TABLE))


def delimiter_in(text: str) -> str | None:
    for expression, delimiter in _DELIMITERS:
        if matches(text, expression):
            return delimiter
    return None


def number_before(text: str, unit: str) -> int | None:
    """Return the number before a unit: ``3 levels``, ``two weeks``."""
    given = find_value(text, Shape(r"\b", r"(\d{1,4}|" + "|".join(NUMBERS) + ")", unit))
    return None if given is None else NUMBERS.get(given.lower()) or int(given)


def on_objects(text: str) -> Values:
    return {"query": query_in(text), "criteria": criteria_in(text)}


def on_rows(text: str) -> Values:
    return {"input": table_in(text), "delimiter": delimiter_in(text)}


def to_table(text: str) -> Values:
    return {"output": table_in(text), "delimiter": delimiter_in(text)}


def dataset_in(text: str) -> Values:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    kind = next((DATASETS[word] for word in words if word in DATASETS), None)
    values: Values = {"relation": relation_in(text)}
    if kind is not None:
        values |= {"dataset_type": kind.type, "reference": kind.reference}
    given = find_value(text, Shape(r"\bdatasets? (?:of )?type ", WORD))
    if given is not None and given.lower() not in DATASETS:
        values["dataset_type"] = given
    named = find_value(text, Shape(r"\breference (?:named |called )?", IDENTIFIER))
    if named is not None and not named.startswith("IMAN"):
        values["reference"] = named
    return values


def relation_in(text: str) -> str | None:
    named = find_value(
        text,
        Shape(r"\b", r"((?:IMAN|TC|Fnd0|CM|EPM|Cm0)_?[A-Za-z]\w+)"),
        Shape(r"\brelation(?:ship)?(?: type)? (?:named |called |of type )?", IDENTIFIER),
        Shape(r"\b", IDENTIFIER, r" relations?(?:hips?)?\b"),
    )
    if named is not None and named.lower() not in {*RELATIONS, *_RELATION_VERBS}:
        return named
    for words, name in RELATIONS.items():
        links = rf"\b{words} (?:relations?|relationships?|links?)\b"
        if matches(text, rf"{links}|\b(?:as|by|under|using) (?:an? |the )?{words}\b"):
            return name
    return None
