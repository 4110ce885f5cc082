"""Header lines as bytes: constant ones are joined beforehand, all others are validated."""

import re
from functools import lru_cache
from typing import Final

from api.edge.headers import NO_RESOURCES, NO_STORE, REVALIDATE, SECURITY_HEADERS, Header
from api.http.response import JSON

_NOT_IN_NAMES: Final = re.compile(rb'[\x00-\x1f\x7f()<>@,;:\\[\]={} \t"]')
_NOT_IN_VALUES: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class InvalidHeader(RuntimeError):
    """A response has a header that would end its line, or the head, early."""


@lru_cache(256)
def _start(name: bytes) -> bytes:
    if not name or _NOT_IN_NAMES.search(name):
        raise InvalidHeader("Invalid HTTP header name.")
    return name.lower() + b": "


def header_line(header: Header) -> bytes:
    """Return ``name: value`` and the end of the line; raises ``InvalidHeader`` (RFC 9110, 5.5)."""
    name, value = header
    if _NOT_IN_VALUES.search(value):
        raise InvalidHeader("Invalid HTTP header value.")
    return b"%b%b\r\n" % (_start(name), value)


CONSTANT: Final = {
    header: header_line(header)
    for header in (*SECURITY_HEADERS, NO_RESOURCES, NO_STORE, REVALIDATE, JSON)
}
"""Lines of the headers that are the same in every response that has them."""
