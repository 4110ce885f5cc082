"""Time-ordered ids (UUID version 7, RFC 9562): index inserts stay at the right-hand edge."""

import time
from random import getrandbits
from uuid import UUID


def uuid7() -> UUID:
    """Unix milliseconds, then random bits round the version and variant; unique, not secret."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | getrandbits(80)  # unique, and no secret  # nosec B311
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def new_key() -> str:
    """Return the key of a new stream: 32 hex digits, in order of time."""
    return uuid7().hex
