"""Random bytes of the operating system, read a page at a time: a system call each is slow."""

import os
import secrets
from typing import Final

PAGE: Final = 4_096
SALT: Final = 16


class RandomBytes:
    """Returns unpredictable bytes, each used once."""

    def __init__(self) -> None:
        self._page = b""
        self._used = 0

    def __call__(self, count: int) -> bytes:
        if self._used + count > len(self._page):
            self._page, self._used = os.urandom(PAGE), 0
        start, self._used = self._used, self._used + count
        return self._page[start : self._used]

    def salt(self) -> bytes:
        return self(SALT)


def random_digit(digits: str) -> str:
    return secrets.choice(digits)
