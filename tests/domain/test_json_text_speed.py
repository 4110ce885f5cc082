"""JSON compaction takes time in proportion to the length of any text."""

import time
from contextlib import suppress
from functools import cache
from typing import Final

import pytest

from domain.json_text import InvalidJson, compact

SIZE: Final = 5 * 2**20
SLOWEST: Final = 40
"""Times a plain text's time. The slowest below takes some 8 times; what is quadratic, thousands."""


def _list_of(item: bytes) -> bytes:
    return b"[" + b",".join([item] * (SIZE // (len(item) + 1))) + b"]"


def _string_of(piece: bytes) -> bytes:
    return b'["' + piece * (SIZE // len(piece)) + b'"]'


HARD: Final = {
    "deep brackets": lambda: _list_of(b"[" * 510 + b"]" * 510),
    "open brackets": lambda: b"[" * SIZE,
    "closing brackets": lambda: b"[" + b"]" * SIZE,
    "empty arrays": lambda: _list_of(b"[]"),
    "quotes": lambda: _list_of(b'""'),
    "brackets in quotes": lambda: _list_of(b'["[",["]"]]'),
    "quotes without an end": lambda: b"[" * 600 + b'"' * SIZE,
    "backslashes": lambda: _string_of(rb"\\"),
    "a backslash too many": lambda: b'["' + b"\\" * (SIZE + 1) + b'"]',
    "escaped quotes and brackets": lambda: _string_of(rb"\"["),
    "lone surrogates": lambda: _string_of(rb"\ud800"),
    "the marks of stand-ins": lambda: (
        b'["\\ud800' + b"".join(b"lone-%d-" % n for n in range(SIZE // 12)) + b'"]'
    ),
    "digits": lambda: b"1" * SIZE,
    "white space": lambda: b"[" + b" \n" * (SIZE // 2) + b"]",
}


@pytest.mark.parametrize("name", HARD)
def test_a_hard_text_takes_a_small_multiple_of_a_plain_ones_time(name: str) -> None:
    assert _seconds(HARD[name]()) < SLOWEST * _plain_seconds()


@cache
def _plain_seconds() -> float:
    return _seconds(_list_of(b'{"name":"ada lovelace","number":12345}'))


def _seconds(text: bytes) -> float:
    """Measure the processor's time, which no neighbour on the machine adds to."""
    started = time.process_time()
    with suppress(InvalidJson):
        compact(text)
    return time.process_time() - started
