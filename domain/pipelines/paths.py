r"""Field paths, by which utilities address values of a document.

``customer.name``, ``items[0].price``, ``items[*].price`` or ``items.price`` (an array is entered
where a name follows), ``*`` for any name, ``**`` for any depth, ``$`` for the whole value. A
backslash takes the next character as it is: ``file\.name``.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache
from typing import Annotated, Final, TypeAlias

import msgspec

from domain.pipelines.refusals import InvalidConfig

MAX_PATH: Final = 500
MAX_PATH_STEPS: Final = 50
PATH_CACHE_SIZE: Final = 1_024
FORBIDDEN: Final = frozenset({"__proto__"})
"""Names that would allow prototype pollution in JavaScript."""


class Wild(Enum):
    """Wildcard steps: any name, any element, any depth."""

    NAME = auto()
    ELEMENT = auto()
    DEPTH = auto()


Step: TypeAlias = str | int | Wild
Path: TypeAlias = tuple[Step, ...]
FieldPath: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=MAX_PATH,
        description="A field path: `name`, `customer.name`, `items[0].price`, `items.price`,"
        " `*` for any name, `**` for any depth, `$` for the whole value.",
    ),
]

_STEP: Final = re.compile(
    r"""\[(?P<index>\d{1,9})\]
      | (?P<element>\[\*?\])
      | (?:^|\.)(?: (?P<depth>\*\*)(?=[.\[]|$)
                  | (?P<any>\*)(?=[.\[]|$)
                  | (?P<name>(?:\\.|[^.\[\]\\])+))""",
    re.VERBOSE | re.DOTALL,
)
_ROOT: Final = re.compile(r"^\$(?:\.(?=.)|(?=\[)|$)", re.DOTALL)
_SPECIAL: Final = re.compile(r"([.\[\]\\])")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@lru_cache(maxsize=PATH_CACHE_SIZE)
def parse_path(text: str) -> Path:
    """Parse a path into steps; raises ``InvalidConfig``."""
    rest = _ROOT.sub("", text)
    steps, at = list[Step](), 0
    while at < len(rest):
        match = _STEP.match(rest, at) if at == 0 or rest[at] in ".[" else None
        if match is None or len(steps) == MAX_PATH_STEPS:
            raise InvalidConfig(f"{text!r} is not a field path, such as customer.name.")
        steps.append(_step(match))
        at = match.end()
    if steps.count(Wild.DEPTH) > 1:
        raise InvalidConfig(f"{text!r} has ** more than once.")
    if not text or rest.startswith(".") or not FORBIDDEN.isdisjoint(steps):
        raise InvalidConfig(f"{text!r} is not a field path that may be used.")
    return tuple(steps)


def format_path(names: Iterable[str]) -> str:
    """Format names as a path, with escapes."""
    return ".".join(_SPECIAL.sub(r"\\\1", name) for name in names)


def check_paths(texts: Iterable[str]) -> None:
    """Raise ``InvalidConfig`` unless all are field paths."""
    for text in texts:
        parse_path(text)


def _step(match: re.Match[str]) -> Step:
    if match["index"]:
        return int(match["index"])
    if match["element"]:
        return Wild.ELEMENT
    if match["depth"]:
        return Wild.DEPTH
    return Wild.NAME if match["any"] else _ESCAPED.sub(r"\1", match["name"])
