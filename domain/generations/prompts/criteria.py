"""Extraction of the search criteria of a saved query from a prompt."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from domain.generations.plans import Criterion
from domain.generations.prompts.finding import (
    VALUE,
    WORD,
    Shape,
    find_value,
    find_values,
    first_group,
    without_quotes,
)
from domain.generations.prompts.words import ENTRIES, STATES

MAX_CRITERIA: Final = 8
_FIELD: Final = r"((?i:" + "|".join(sorted(ENTRIES, key=len, reverse=True)) + r"))"
_IS: Final = (
    r"(?i:\s*(?:=|:)\s*|\s+(?:is|are|equals?|equal to|like|matches|matching|of|contains?"
    r"|starts? with|starting with|begins? with|beginning with|in)\s+)"
)
_LEAD: Final = r"(?i:\b(?:where|whose|with|having|and|or|when|for which)\s+(?:the |their |its )?)"
_WHERE: Final = re.compile(_LEAD + _FIELD + _IS + VALUE)
_DATE: Final = (
    r"(?i:\b(created|modified|changed|updated|released)\s+(before|after|since|until)\s+)"
    r"(\d{4}-\d{2}-\d{2}|\d{1,2}-[A-Za-z]{3}-\d{4})"
)
_DATED: Final = re.compile(_DATE)
_STATE: Final = re.compile(
    r"\b((?i:released|obsolete|frozen|approved)) (?i:(?:\w+ )?(?:items?|parts?|documents?|designs?"
    r"|revisions?|components?|drawings?)\b)(?! (?:saved )?query)"
)
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_KINDS: Final = {
    "created": "Created",
    "modified": "Modified",
    "changed": "Modified",
    "updated": "Modified",
    "released": "Released",
}


def criteria_in(text: str) -> tuple[Criterion, ...]:
    """Return the criteria that a prompt names, at most one per entry of the query's form."""
    by_entry: dict[str, Criterion] = {}
    for criterion in (
        *_stated(text),
        *_dated(text),
        *_with_status(text),
        *_phrased(text),
        *_states(text),
    ):
        by_entry.setdefault(criterion.entry, criterion)
    return tuple(by_entry.values())[:MAX_CRITERIA]


def _stated(text: str) -> Iterator[Criterion]:
    """Find ``where item id is A*``."""
    for match in _WHERE.finditer(text):
        value = first_group(match.groups()[1:])
        if value is None:
            continue
        entry = ENTRIES[match[1].lower()]
        begins = re.search(r"(?i)(?:start|begin)\w* with", match[0]) is not None
        known = STATES.get(value.lower(), value) if entry == "Release Status" else value
        yield Criterion(entry, f"{known}*" if begins and not known.endswith("*") else known)


def _dated(text: str) -> Iterator[Criterion]:
    for match in _DATED.finditer(text):
        if (moment := _moment(match[3])) is not None:
            when = "After" if match[2].lower() in {"after", "since"} else "Before"
            yield Criterion(f"{_KINDS[match[1].lower()]} {when}", moment)


def _moment(text: str) -> str | None:
    """Format a day as saved queries expect it: ``31-Jan-2026 00:00``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return f"{text} 00:00" if re.fullmatch(r"\d{1,2}-[A-Za-z]{3}-\d{4}", text) else None
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year} 00:00"


def _with_status(text: str) -> Iterator[Criterion]:
    """Find ``with status Approved``."""
    for value in find_values(text, Shape(r"\b(?:with|of|in) (?:the )?(?:release )?status ", VALUE)):
        yield Criterion("Release Status", STATES.get(value.lower(), value))


def _phrased(text: str) -> Iterator[Criterion]:
    """Find criteria with phrases of their own: ``owned by jdoe``, ``of type Design``."""
    shapes = (
        ("Owning User", Shape(r"\b(?:owned by|belong(?:ing|s)? to|from user) (?:user )?", WORD)),
        ("Owning Group", Shape(r"\b(?:in|of|from) (?:the )?group ", VALUE)),
        ("Type", Shape(r"\b(?:items?|parts?|objects?|revisions?|documents?) of type ", WORD)),
        ("Item ID", Shape(r"\b(?:ids?|numbers?) (?:like|matching) ", WORD)),
    )
    for entry, shape in shapes:
        for value in find_values(text, shape):
            yield Criterion(entry, value)
    beginning = Shape(
        r"\b(?:items?|parts?|ids?|numbers?|documents?|revisions?) (?:that |which )?"
        r"(?:start|begin)(?:s|ing|ning)? with ",
        WORD,
    )
    if (start := find_value(text, beginning)) is not None:
        yield Criterion("Item ID", start if start.endswith("*") else f"{start}*")


def _states(text: str) -> Iterator[Criterion]:
    for match in _STATE.finditer(without_quotes(text)):
        yield Criterion("Release Status", STATES[match[1].lower()])
