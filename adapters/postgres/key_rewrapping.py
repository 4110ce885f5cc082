"""Rewrapping of data keys under the current master key, page by page, while services run."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, LiteralString

from psycopg import Connection

from adapters.crypto.data_keys import KeyWrapping

PAGE: Final = 500
OTHERS: Final[LiteralString] = """
    SELECT count(*) FROM data_keys WHERE substring(wrapped FROM 1 FOR %b) <> %b
"""
NEXT: Final[LiteralString] = """
    SELECT stream, wrapped FROM data_keys
    WHERE stream > %b AND substring(wrapped FROM 1 FOR %b) <> %b ORDER BY stream LIMIT %b
"""
# A key that was erased or rewrapped meanwhile is left as it is.
REWRAP: Final[LiteralString] = """
    UPDATE data_keys k SET wrapped = n.wrapped
    FROM unnest(%b::text[], %b::bytea[], %b::bytea[]) AS n (stream, before, wrapped)
    WHERE k.stream = n.stream AND k.wrapped = n.before
"""


def count_under_other_keys(connection: Connection[Any], wrapping: KeyWrapping) -> int:
    """Count the data keys that are wrapped under another master key."""
    row = connection.execute(
        OTHERS, (len(wrapping.current_prefix), wrapping.current_prefix)
    ).fetchone()
    return 0 if row is None else int(row[0])


def rewrap(connection: Connection[Any], wrapping: KeyWrapping) -> Iterator[int]:
    """Rewrap all data keys under the current master key; yields the number of each page."""
    last, mark = "", wrapping.current_prefix
    while rows := _page(connection, last, mark):
        streams = [stream for stream, _ in rows]
        before = [wrapped for _, wrapped in rows]
        after = [wrapping.rewrap(stream, wrapped) for stream, wrapped in rows]
        connection.execute(REWRAP, (streams, before, after))
        last = streams[-1]
        yield len(rows)


def _page(connection: Connection[Any], last: str, mark: bytes) -> Sequence[tuple[str, bytes]]:
    return connection.execute(NEXT, (last, len(mark), mark, PAGE)).fetchall()
