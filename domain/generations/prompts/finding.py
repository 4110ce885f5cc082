"""Search for values in a prompt: quoted, single words, or capitalised names, beside a phrase."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

QUOTED: Final = r'"([^"]{1,120})"|(?<!\w)\'([^\']{1,120})\'|“([^”]{1,120})”|`([^`]{1,120})`'
WORD: Final = rf"(?:{QUOTED}|([A-Za-z0-9_*][\w.*+#@-]*))"
TITLE: Final = rf"(?:{QUOTED}|([A-Z][\w.*&-]*(?: [A-Z0-9&][\w.*&-]*){{0,5}}))"
VALUE: Final = (
    rf"(?:{QUOTED}|([A-Z][\w.*&-]*(?: [A-Z0-9&][\w.*&-]*){{0,5}})|([A-Za-z0-9_*][\w.*+#@-]*))"
)
IDENTIFIER: Final = r"([A-Z]\w+)"
PATH: Final = rf"(?:{QUOTED}|((?:[A-Za-z]:\\|\\\\|\.{{0,2}}/)?[\w.\\/+-]{{1,200}}))"
ROOTED: Final = rf"(?:{QUOTED}|((?:[A-Za-z]:\\|\\\\|\.{{0,2}}/)[\w.\\/+-]{{1,200}}))"
TABLE: Final = (
    r'(?:["“\'`]([^"“”\'`]{1,200}\.(?:csv|txt|tsv))["”\'`]'
    r"|((?:[A-Za-z]:\\|\\\\)?[\w.\\/+-]{0,200}\w\.(?:csv|txt|tsv))\b)"
)


class Shape(NamedTuple):
    """A value between two phrases, which are case-insensitive regular expressions."""

    before: str
    value: str
    after: str = ""


def find_value(text: str, *shapes: Shape) -> str | None:
    """Return the value of the first shape that matches."""
    return next(iter(find_values(text, *shapes)), None)


def find_values(text: str, *shapes: Shape) -> Iterator[str]:
    """Yield the values of all matches, shape by shape."""
    for shape in shapes:
        for match in _compiled(shape).finditer(text):
            if (value := first_group(match.groups())) is not None:
                yield value


def first_group(groups: Iterable[str | None]) -> str | None:
    """Return the first group that matched, without punctuation around it."""
    for group in groups:
        if group is not None and group.strip(" .,;:!?"):
            return group.strip() if group.endswith("...") else group.strip().rstrip(".,;:!?")
    return None


def matches(text: str, expression: str) -> bool:
    return _expression(expression).search(text) is not None


def without_quotes(text: str) -> str:
    """Replace quoted parts by ``x``: names must not count as phrases."""
    return _expression(QUOTED).sub(" x ", text)


@cache
def _expression(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


@cache
def _compiled(shape: Shape) -> re.Pattern[str]:
    after = f"(?i:{shape.after})" if shape.after else ""
    return re.compile(f"(?i:{shape.before})(?:{shape.value}){after}")
