"""Validation of e-mail addresses, by the rule of ``<input type=email>`` in browsers.

The rule is the HTML standard's (4.10.5.1.5, valid e-mail address), the lengths are RFC 5321's.
Addresses are compared without regard to case, as mail services do.
"""

import re
from typing import Final

from domain.refusals import Invalid

MAX_ADDRESS: Final = 254
MAX_LOCAL_PART: Final = 64
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_VALID: Final = re.compile(rf"([a-z0-9.!#$%&'*+/=?^_`{{|}}~-]+)@{_LABEL}(?:\.{_LABEL})*")


class InvalidEmail(Invalid):
    code = "INVALID_EMAIL"
    message = "email must be an address such as ada@example.com."


def canonical_email(text: str) -> str:
    """Return the address in lower case, without white space around it; raises ``InvalidEmail``."""
    lowered = text.strip().lower()
    valid = _VALID.fullmatch(lowered) if len(lowered) <= MAX_ADDRESS else None
    if valid is None or len(valid[1]) > MAX_LOCAL_PART:
        raise InvalidEmail
    return lowered
