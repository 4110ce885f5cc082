"""Tokenizer of expressions."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from domain.pipelines.refusals import InvalidConfig

MAX_EXPRESSION: Final = 2_000
KEYWORDS: Final = frozenset({"and", "or", "not", "in", "true", "false", "null"})
SYNONYMS: Final = {"&&": "and", "||": "or", "!": "not", "=": "=="}

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?(?![\w.]))
        | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
        | (?P<quoted>`[^`]+`)
        | (?P<name>[^\W\d]\w*)
        | (?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!=?:()\[\],.$]))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}


class Token(NamedTuple):
    """A token at an offset; ``kind`` is ``number``, ``text``, ``name``, ``sign`` or ``end``."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of an expression; raises ``InvalidConfig`` with the position."""
    if len(source) > MAX_EXPRESSION:
        raise InvalidConfig(f"An expression may have {MAX_EXPRESSION} characters.")
    end = len(source.rstrip())
    at = 0
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            raise InvalidConfig(f"The expression {source!r} cannot be read at character {at + 1}.")
        at = match.end()
        yield _token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
    yield Token("end", "", end)


def _token(kind: str, text: str, at: int) -> Token:
    if kind == "text":
        return Token(kind, _ESCAPE.sub(lambda e: _ESCAPES.get(e[1], e[1]), text[1:-1]), at)
    if kind == "quoted":
        return Token("name", text[1:-1], at)
    if kind == "name" and text.lower() in KEYWORDS:
        return Token("sign", text.lower(), at)
    return Token(kind, SYNONYMS.get(text, text) if kind == "sign" else text, at)
