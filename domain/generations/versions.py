"""Versions of Teamcenter: ``14``, ``14.3``, ``11.2.3``. Missing numbers are 0."""

import re
from typing import Final, NamedTuple

from domain.refusals import Invalid

_SHAPE: Final = re.compile(r"\d{1,4}(\.\d{1,4}){0,3}")


class UnknownVersion(Invalid):
    code = "VALIDATION_ERROR"
    message = "projectContext.tcVersion takes a version of Teamcenter, such as 14.3."


class TcVersion(NamedTuple):
    """A version, ordered by its numbers."""

    numbers: tuple[int, ...]
    text: str

    @property
    def major(self) -> int:
        return self.numbers[0]


def version_of(text: str) -> TcVersion:
    """Parse a version; raises ``UnknownVersion``."""
    if _SHAPE.fullmatch(text) is None or not text.isascii():
        raise UnknownVersion
    numbers = [int(part) for part in text.split(".")]
    while numbers[-1] == 0 and len(numbers) > 1:
        numbers.pop()
    return TcVersion(tuple(numbers), text)
