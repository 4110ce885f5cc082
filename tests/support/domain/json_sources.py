"""JSON texts as lists of tokens, for tests that know each token by its bytes."""

import json
from itertools import chain
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

Tokens = tuple[bytes, ...]

NUMBER: Final = r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?"
SPACES: Final = st.text(" \t\r\n", max_size=3).map(str.encode)
ESCAPES: Final = (
    *(r"\u0000", r"\ud800", r"\uDFFF", r"\uD83D\uDE00", r"\udead\ubeef", r"\ud800\u0041"),
    *(r"\\", r"\"", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t"),
)
ODD: Final = ["", "lone-0-", "lone-1-ud800", "\x7f", "\u2028", "\u200f", "\ufeff", "😀", "[{"]
PIECES: Final = st.sampled_from([*ESCAPES, *ODD]) | st.text(max_size=5).map(
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1]
)
STRINGS: Final = st.lists(PIECES, max_size=6).map(lambda parts: f'"{"".join(parts)}"'.encode())
NUMBERS: Final = st.sampled_from(["-0", "1e999", "1E+2", "0.0", "9" * 30]) | st.from_regex(
    NUMBER, fullmatch=True
)
SCALARS: Final = st.sampled_from([b"null", b"true", b"false"]) | NUMBERS.map(str.encode) | STRINGS


class Pairs(list[tuple[str, Any]]):
    """An object as it was written: in order, duplicates and all."""


class Number(NamedTuple):
    """A number as it was written."""

    digits: str


def _array(items: list[Tokens]) -> Tokens:
    parted = chain.from_iterable((b",", *item) for item in items)
    return (b"[", *[*parted][1:], b"]")


def _object(items: list[tuple[bytes, Tokens]]) -> Tokens:
    parted = chain.from_iterable((b",", key, b":", *value) for key, value in items)
    return (b"{", *[*parted][1:], b"}")


def _nested(values: st.SearchStrategy[Tokens]) -> st.SearchStrategy[Tokens]:
    members = st.lists(st.tuples(STRINGS, values), max_size=4)
    doubled = members.map(lambda pairs: pairs + pairs[:1])
    return st.lists(values, max_size=4).map(_array) | (members | doubled).map(_object)


TOKENS: Final = st.recursive(SCALARS.map(lambda token: (token,)), _nested, max_leaves=12)
VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda values: st.lists(values, max_size=4)
    | st.dictionaries(st.text("ab~/é0", max_size=3), values, max_size=4),
    max_leaves=15,
)  # fmt: skip
"""Values as Python's own reader makes them."""


@st.composite
def add_spaces(draw: st.DrawFn, tokens: Tokens) -> bytes:
    """Put white space round every token."""
    spaces = draw(st.lists(SPACES, min_size=len(tokens) + 1, max_size=len(tokens) + 1))
    return spaces[0] + b"".join(chain.from_iterable(zip(tokens, spaces[1:], strict=True)))


def parse_exactly(text: bytes) -> Any:
    """Read a text as the standard library does, keeping numbers, order and duplicates.

    Raises ``ValueError`` for what is not JSON, NaN and infinities among it.
    """
    return json.loads(
        text.decode(),
        parse_int=Number,
        parse_float=Number,
        parse_constant=_refuse,
        object_pairs_hook=Pairs,
    )


def _refuse(name: str) -> Any:
    raise ValueError(name)
