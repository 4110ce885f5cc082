"""Random bytes from the operating system, drawn a page at a time: a call each costs too much."""

import os
import secrets
from typing import Final

PAGE: Final = 4_096
SALT: Final = 16


class Salts:
    """Gives out 16 unpredictable bytes at each call, none of them twice."""

    def __init__(self) -> None:
        self._page = b""
        self._used = PAGE

    def __call__(self) -> bytes:
        if self._used + SALT > len(self._page):
            self._page, self._used = os.urandom(PAGE), 0
        start, self._used = self._used, self._used + SALT
        return self._page[start : self._used]


def random_digit(digits: str) -> str:
    return secrets.choice(digits)
