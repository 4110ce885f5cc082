"""Request ids: the client's ``X-Request-Id`` where it is safe for logs, else a new one."""

import re
import time
from random import getrandbits
from typing import Final

ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._-]{1,128}")  # safety.md, erasure


def request_id_from(sent: bytes | None) -> bytes:
    """Return the client's id if it is valid, else a new one; in ASCII."""
    if sent is not None and ACCEPTED.fullmatch(sent):
        return sent
    return new_request_id()


def new_request_id() -> bytes:
    """Return a UUID version 7 as 32 hex digits: ordered by time, unique, not secret."""
    milliseconds = time.time_ns() // 1_000_000
    tail = getrandbits(74)  # unique, and no secret  # nosec B311
    high, low = tail >> 62, tail & 0x3FFF_FFFF_FFFF_FFFF
    return b"%012x7%03x%016x" % (milliseconds, high, low | 0x8000_0000_0000_0000)
