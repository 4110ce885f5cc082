"""JSON as text: validates what ``JSON.parse`` accepts and removes white space, keeping tokens.

Numbers (``1e999``, thirty digits), duplicate keys and the order of keys survive, because values are
never built. All functions take linear time in C code (wire.md, bodies).
"""

import re
from functools import partial
from itertools import accumulate, count
from typing import Final

import msgspec

from domain.refusals import Invalid

MAX_DEPTH: Final = 512
_PAIR_OR_LONE = re.compile(
    rb"""\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}  # a whole pair
          |(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})
          |.)""",
    re.DOTALL | re.VERBOSE,
)
_MARK = re.compile(rb"lone-(\d+)-")
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("]"): -1}
PAIR_PASSES: Final = 8
CHUNK: Final = 65_536


class InvalidJson(Invalid):
    """The text is not JSON: RFC 8259 grammar, valid UTF-8, no NaN, nested at most 512 deep."""

    code = "INVALID_JSON"


def compact(text: bytes) -> bytes:
    """Return the text without insignificant white space, its tokens unchanged.

    Raises ``InvalidJson`` with the reason and, where known, the offset in bytes.
    """
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise InvalidJson(f"The JSON is not valid UTF-8 (byte {error.start}).") from error
    if too_deep(text):
        raise InvalidJson(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    return _format(text)


def check(text: bytes) -> bytes:
    """Return the text unchanged if it is JSON; raises as ``compact`` does."""
    compact(text)
    return text


def too_deep(text: bytes) -> bool:
    """Say whether brackets outside strings nest deeper than ``MAX_DEPTH``.

    Unbalanced brackets are left to the parser. The time is linear: innermost pairs are removed a
    few times, which leaves nothing of ordinary texts; then the remaining brackets are counted.
    """
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return False
    unescaped = text.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in text else text
    outside = b"".join(unescaped.split(b'"')[::2])
    brackets = outside.translate(_BRACKETS, _NOT_BRACKETS)
    for _ in range(PAIR_PASSES):
        brackets = brackets.replace(b"[]", b"")
    depth, deepest = 0, MAX_DEPTH - PAIR_PASSES
    for start in range(0, len(brackets), CHUNK):
        steps = map(_STEPS.__getitem__, brackets[start : start + CHUNK])
        depths = list(accumulate(steps, initial=depth))
        if max(depths) > deepest:
            return True
        depth = depths[-1]
    return False


def mask_lone_surrogates(text: bytes) -> tuple[bytes, bytes]:
    r"""Replace escapes of lone surrogates such as ``\ud800`` by placeholders.

    ``JSON.parse`` accepts them, msgspec does not. Returns the text and the unique mark that each
    placeholder begins with; ``unmask`` restores the escapes.
    """
    taken = set(_MARK.findall(text))
    mark = next(b"lone-%d-" % n for n in count() if b"%d" % n not in taken)
    return _PAIR_OR_LONE.sub(partial(_stand_in, mark), text), mark


def unmask(text: bytes, mark: bytes) -> bytes:
    return text.replace(mark, b"\\")


def _stand_in(mark: bytes, escape: re.Match[bytes]) -> bytes:
    lone = escape["lone"]
    return escape.group() if lone is None else mark + lone


def _format(text: bytes) -> bytes:
    try:
        return msgspec.json.format(text, indent=-1)
    except msgspec.DecodeError as error:
        masked, mark = mask_lone_surrogates(text)
        if masked == text:
            raise InvalidJson(f"The text is not valid JSON: {error}.") from error
    try:
        return unmask(msgspec.json.format(masked, indent=-1), mark)
    except msgspec.DecodeError as error:
        raise InvalidJson(f"The text is not valid JSON: {error}.") from error
