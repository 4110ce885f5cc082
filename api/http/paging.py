"""Keyset paging: ``limit``, opaque cursors, and a page cut from the rows that were read.

A cursor holds the id of a page's last item. Ids never change and no rebuild renumbers them, so a
cursor stays valid across restarts, rebuilds and restores. In a list as of the past it holds the
list's position as well.
"""

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from api.http.query_params import query_param, whole_number
from api.request import AnyRequest
from domain.refusals import Invalid, Refusal

AFTER_EVERY_ID: Final = "g"
"""Sorts after every id, since ids are hex digits: the first page begins with the newest."""
MAX_PAGE_SIZE: Final = 100
DEFAULT_PAGE_SIZE: Final = "50"
FORMAT: Final = "1"
"""The version of the format ``FORMAT.ID.POSITION``; the position is empty or a number."""
_CURSOR: Final = re.compile(rf"{FORMAT}\.([0-9a-f]{{32}})\.(|0|[1-9][0-9]{{0,17}})".encode())


class InvalidCursor(Invalid):
    code = "INVALID_CURSOR"
    message = "The cursor is not the nextCursor of a list."


class InvalidLimit(Invalid):
    code = "INVALID_LIMIT"
    message = f"limit takes a whole number from 1 to {MAX_PAGE_SIZE}."


class Cursor(NamedTuple):
    """A page starts below the id ``before``; ``position`` is that of a list as of the past."""

    before: str
    position: int | None = None

    def text(self) -> str:
        position = "" if self.position is None else self.position
        return urlsafe_b64encode(f"{FORMAT}.{self.before}.{position}".encode()).decode().rstrip("=")


class PageRequest(NamedTuple):
    start: Cursor
    limit: int


class Row(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item")
AnyRow = TypeVar("AnyRow", bound=Row)


class Page(NamedTuple, Generic[Item]):
    """``next_cursor`` is ``None`` on the last page."""

    items: Sequence[Item]
    next_cursor: str | None


def page_request(request: AnyRequest) -> PageRequest:
    """Read ``limit`` and ``cursor``; raises ``InvalidLimit`` or ``InvalidCursor``."""
    limit = page_size(request, InvalidLimit)
    return PageRequest(read_cursor(query_param(request, "cursor")), limit)


def page_of(rows: Sequence[AnyRow], limit: int) -> Page[AnyRow]:
    """Cut a page from ``limit`` + 1 rows: the extra row says that another page follows."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], Cursor(rows[limit - 1].id).text())


def page_size(request: AnyRequest, refusal: type[Refusal]) -> int:
    """Return ``limit``: 1 to 100, 50 when absent."""
    text = query_param(request, "limit")
    limit = whole_number(DEFAULT_PAGE_SIZE if text is None else text, refusal, most=MAX_PAGE_SIZE)
    if limit == 0:
        raise refusal
    return limit


def read_cursor(text: str | None) -> Cursor:
    """Parse a cursor, ``None`` on the first page; raises ``InvalidCursor``."""
    if text is None:
        return Cursor(AFTER_EVERY_ID)
    padding = "=" * (-len(text) % 4)
    try:
        plain = b64decode(text + padding, altchars=b"-_", validate=True)
    except ValueError as error:
        raise InvalidCursor from error
    if (fields := _CURSOR.fullmatch(plain)) is None:
        raise InvalidCursor
    return Cursor(fields[1].decode(), int(fields[2]) if fields[2] else None)
