"""List cursors: opaque to clients, the key of the last item to us (keyset paging).

A document's id never changes and no rebuild renumbers it, so a cursor stays true across restarts,
rebuilds and restores. A list of the past carries its position along.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, NamedTuple

from domain.refusals import Invalid

FIRST: Final = "g"
"""Sorts behind every id, which are hex digits: the newest documents come first."""
_SHAPE: Final = re.compile(r"1\.([0-9a-f]{32})\.(\d{0,18})")


class InvalidCursor(Invalid):
    code = "INVALID_CURSOR"
    message = "The cursor is not one that a list has given out."


class Cursor(NamedTuple):
    """List on below ``before``; ``position`` is that of a list of the past."""

    before: str
    position: int | None = None

    def text(self) -> str:
        position = "" if self.position is None else self.position
        return urlsafe_b64encode(f"1.{self.before}.{position}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor:
    """Return where to list on; raises ``InvalidCursor``."""
    if text is None:
        return Cursor(FIRST)
    try:
        plain = urlsafe_b64decode(text.encode() + b"==").decode()
    except ValueError as error:
        raise InvalidCursor from error
    if (shape := _SHAPE.fullmatch(plain)) is None or Cursor(*_parts(shape)).text() != text:
        raise InvalidCursor
    return Cursor(*_parts(shape))


def _parts(shape: re.Match[str]) -> tuple[str, int | None]:
    return shape[1], int(shape[2]) if shape[2] else None
