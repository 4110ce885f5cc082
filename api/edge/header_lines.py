"""Header lines as bytes: those of a block are joined beforehand, all others are validated."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from api.edge.headers import Header, ResponseHeaders

_NOT_IN_NAMES: Final = re.compile(rb'[\x00-\x1f\x7f()<>@,;:\\[\]={} \t"]')
_CONTROLS: Final = bytes(byte for byte in (*range(32), 127) if byte != ord("\t"))
"""Not allowed in values; lines have those of their ends and no other."""
_END: Final = b"\r\n"
_MAX_NAMES: Final = 256


class InvalidHeader(RuntimeError):
    """A response has a header that would end its line, or the head, early."""


class HeaderLines:
    """Encodes headers; names that were valid once are not validated again."""

    def __init__(self) -> None:
        self._names: set[bytes] = set()
        self._last: tuple[Sequence[Header], bytes] = ((), b"")

    def of(self, headers: Sequence[Header], names: Collection[bytes]) -> bytes:
        """Return the lines of headers; raises ``InvalidHeader`` (RFC 9110, 5.5)."""
        if not self._names.issuperset(names):
            self._validate(names)
        lines = b"".join([b"%b: %b\r\n" % header for header in headers])
        if len(lines.translate(None, _CONTROLS)) + len(_END) * len(headers) != len(lines):
            raise InvalidHeader("Invalid HTTP header value.")
        return lines

    def of_server(self, headers: Sequence[Header]) -> bytes:
        """Return the lines of the server's own headers, a list that is replaced once a second."""
        if self._last[0] is not headers:
            self._last = headers, self.of(headers, dict(headers))
        return self._last[1]

    def _validate(self, names: Collection[bytes]) -> None:
        if any(not name or _NOT_IN_NAMES.search(name) for name in names):
            raise InvalidHeader("Invalid HTTP header name.")
        if len(self._names) < _MAX_NAMES:
            self._names.update(names)


def split_block(headers: Sequence[Header]) -> tuple[bytes, Sequence[Header]]:
    """Return the lines of the block that headers begin with, and the other headers."""
    if isinstance(headers, ResponseHeaders):
        block = headers.block
        return block.lines, headers[len(block.headers) :]
    return b"", headers
