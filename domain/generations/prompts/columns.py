"""Extraction of columns from a prompt: lists after words such as ``columns`` or ``with``."""

import re
from collections.abc import Iterable
from typing import Final

from domain.generations.plans import Column
from domain.generations.prompts.words import BOM_PROPERTIES, PROPERTIES

MAX_COLUMNS: Final = 32
_STOP: Final = (
    r"(?=\s+(?:to|into|in|from|for|where|whose|when|then|using|on|by|per|of(?! measure)|as|out of"
    r"|and (?:write|save|export|use|put|store|send|separate|delimit)\w*"
    r"|delimited|separated|if|so)\b|\s*[.;!?](?:\s|$)|\s*[)\]]|\s+-{1,2}\s|$)"
)
_LIST: Final = r"([\w\s,/&\"'“”`-]{2,400}?)"
_NAMED: Final = (
    r"\b(?:columns?|propert(?:y|ies)|attributes?|fields?|headings?)(?: values?)?"
    r"(?: named| called| are| should be)?\s*[:=(]?\s*"
)
_SHOWN: Final = (
    r"\b(?:including|showing|containing|listing|with|include|show|write|plus)\s+"
    r"(?:the |their |its |only )?"
)
_BRACKET: Final = r"\((?:columns?:? )?"
_TAKEN: Final = r"\b(?:export|extract|list|dump|get|pull|give me|print)\s+(?:the |their |only )?"
_CHANGED: Final = (
    r"\b(?:update|set|change|modify|correct|overwrite|fill in|populate|edit|fix|adjust)\w*"
    r"(?: the| all| our)?\s+"
)
_LEADS: Final = (_NAMED, _SHOWN, _BRACKET, _TAKEN, _CHANGED)
_LEAD: Final = tuple(re.compile(f"(?i:{lead}){_LIST}(?i:{_STOP})") for lead in _LEADS)
_TRAIL: Final = re.compile(
    r"(?i:\b(?:with|including|update|set|change|write)\w*\s+(?:the )?)([\w\s,&-]{2,200}?)"
    r"(?i:\s+(?:columns|properties|attributes|fields|values)\b)"
)
_BETWEEN: Final = re.compile(r"\s*(?:,|;|/|&|\band\b|\bplus\b|\bas well as\b)\s*", re.IGNORECASE)
_ARTICLE: Final = re.compile(
    r"^(?:the|their|its|a|an|all|our|also|only|each|item|part)\s+(?=\S)", re.IGNORECASE
)
_NO_COLUMNS: Final = frozenset({"value", "values", "data", "them", "it", "these", "those"})
_IDENTIFIER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+")
_PHRASE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ -][A-Za-z0-9]+){0,3}")


def columns_in(text: str, *, bom: bool = False) -> tuple[Column, ...]:
    """Return the columns that a prompt names, in order; an empty tuple if it names none.

    An unknown word counts as a property only beside known ones, or when the prompt calls it a
    column, property, attribute or field.
    """
    for number, lead in enumerate(_LEAD):
        for match in lead.finditer(text):
            if columns := _columns(match[1], bom=bom, certain=number == 0):
                return columns
    for match in _TRAIL.finditer(text):
        if columns := _columns(match[1], bom=bom, certain=True):
            return columns
    return ()


def _columns(text: str, *, bom: bool, certain: bool) -> tuple[Column, ...]:
    words = [_bare(part) for part in _BETWEEN.split(text)]
    if not all(words) or _NO_COLUMNS & {word.lower() for word in words}:
        return ()
    if not all(_PHRASE.fullmatch(w) or _IDENTIFIER.fullmatch(w) for w in words):
        return ()
    known = [property_named(word, bom=bom) for word in words]
    if not certain and not any(known):
        return ()
    if not certain and not all(known) and len(words) > 1 and not known[0]:
        return ()
    named = [(name or _slug(word), word) for name, word in zip(known, words, strict=True)]
    return _distinct(Column(name, heading) for name, heading in named)[:MAX_COLUMNS]


def property_named(word: str, *, bom: bool) -> str | None:
    """Return Teamcenter's name of a property; ``None`` if the word is unknown."""
    plain = word.lower().strip()
    if bom and (own := BOM_PROPERTIES.get(_slug(plain))) is not None:
        return own
    name = PROPERTIES.get(plain)
    if name is None and _IDENTIFIER.fullmatch(word):
        return word
    return _for_bom(name) if bom and name is not None else name


def _for_bom(name: str) -> str:
    return BOM_PROPERTIES.get(name, name)


def _bare(part: str) -> str:
    word = part.strip().strip("\"'“”`").strip()
    while (shorter := _ARTICLE.sub("", word)) != word and word.lower() not in PROPERTIES:
        word = shorter
    return word


def _slug(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")


def _distinct(columns: Iterable[Column]) -> tuple[Column, ...]:
    seen: dict[str, Column] = {}
    for column in columns:
        seen.setdefault(column.property, column)
    return tuple(seen.values())
