"""Keyset paging: ``limit``, opaque cursors, and a page cut from the rows that were read.

A cursor holds the id of a page's last item. Ids never change and no rebuild renumbers them, so a
cursor stays valid across restarts, rebuilds and restores. In a list as of the past it holds the
list's position as well.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from api.http.query_params import query_param, whole_number
from api.request import AnyRequest
from domain.refusals import Invalid, Refusal

FIRST: Final = "g"
"""Sorts behind every id, which are hex digits: the newest documents come first."""
MAX_PAGE_SIZE: Final = 100
DEFAULT_PAGE_SIZE: Final = "50"
_SHAPE: Final = re.compile(r"1\.([0-9a-f]{32})\.(\d{0,18})")


class InvalidCursor(Invalid):
    code = "INVALID_CURSOR"
    message = "The cursor is not one that a list has given out."


class InvalidLimit(Invalid):
    code = "INVALID_LIMIT"
    message = f"limit takes a whole number from 1 to {MAX_PAGE_SIZE}."


class Cursor(NamedTuple):
    """List on below ``before``; ``position`` is that of a list of the past."""

    before: str
    position: int | None = None

    def text(self) -> str:
        position = "" if self.position is None else self.position
        return urlsafe_b64encode(f"1.{self.before}.{position}".encode()).decode().rstrip("=")


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
    """Cut a page from a query for ``limit`` + 1 rows: the one too many says that there are more."""
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
    """Return where to list on; raises ``InvalidCursor``."""
    if text is None:
        return Cursor(FIRST)
    try:
        plain = urlsafe_b64decode(text.encode() + b"==").decode()
    except ValueError as error:
        raise InvalidCursor from error
    if (shape := _SHAPE.fullmatch(plain)) is None or Cursor(*_parts(shape)).text() != text:
        raise InvalidCursor
    return Cursor(*_parts(shape))


def _parts(shape: re.Match[str]) -> tuple[str, int | None]:
    return shape[1], int(shape[2]) if shape[2] else None
