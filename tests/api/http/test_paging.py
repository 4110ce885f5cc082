"""Cursors: what a list gives out is read back, and nothing else is."""

import pytest

from api.http.paging import Cursor, InvalidCursor, read_cursor

ID = "0198d2f4c0de7abc9123456789abcdef"


@pytest.mark.parametrize("cursor", [Cursor(ID), Cursor(ID, 0), Cursor(ID, 4711)])
def test_a_cursor_that_was_given_out_is_read_back(cursor: Cursor) -> None:
    assert read_cursor(cursor.text()) == cursor


def test_the_first_page_starts_behind_every_id() -> None:
    assert read_cursor(None).before > "f" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "ü",
        Cursor(ID).text()[1:],
        Cursor(ID).text() + "!",
        Cursor(ID).text() + "====",
        Cursor(ID.upper()).text(),
        Cursor(ID, -1).text(),
        Cursor(ID, 10**18).text(),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(text)
