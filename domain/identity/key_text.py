"""Format of API keys: ``fje_``, 37 random base62 digits, 6 digits of a CRC32 (wire.md, keys).

The checksum rejects mistyped or invented keys before any lookup.
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

PREFIX: Final = "fje_"
RANDOM_DIGITS: Final = 37
CHECK_DIGITS: Final = 6
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH: Final = len(PREFIX) + RANDOM_DIGITS + CHECK_DIGITS


def key_text(digits: Iterable[str]) -> str:
    """Build the text of a key from 37 random digits."""
    body = PREFIX + "".join(digits)
    return body + _checksum(body)


def well_formed(text: str) -> bool:
    """Say whether a text has the format of a key and a correct checksum."""
    if len(text) != LENGTH or not text.startswith(PREFIX) or not text.isascii():
        return False
    return text[-CHECK_DIGITS:] == _checksum(text[:-CHECK_DIGITS])


def _checksum(body: str) -> str:
    value, digits = crc32(body.encode()), ""
    for _ in range(CHECK_DIGITS):
        value, digit = divmod(value, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits
