"""Data keys put under the master key of now, page by page, while others read and write them."""

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
# One that was erased or put under another key meanwhile is left as it is.
REWRAP: Final[LiteralString] = """
    UPDATE data_keys k SET wrapped = n.wrapped
    FROM unnest(%b::text[], %b::bytea[], %b::bytea[]) AS n (stream, before, wrapped)
    WHERE k.stream = n.stream AND k.wrapped = n.before
"""


def under_others(connection: Connection[Any], wrapping: KeyWrapping) -> int:
    """Count the data keys that are under any other master key."""
    row = connection.execute(OTHERS, (len(wrapping.mark), wrapping.mark)).fetchone()
    return 0 if row is None else int(row[0])


def rewrap(connection: Connection[Any], wrapping: KeyWrapping) -> Iterator[int]:
    """Put them under the master key of now, and say after each page how many those were."""
    last, mark = "", wrapping.mark
    while rows := _page(connection, last, mark):
        streams = [stream for stream, _ in rows]
        before = [wrapped for _, wrapped in rows]
        after = [wrapping.rewrapped(stream, wrapped) for stream, wrapped in rows]
        connection.execute(REWRAP, (streams, before, after))
        last = streams[-1]
        yield len(rows)


def _page(connection: Connection[Any], last: str, mark: bytes) -> Sequence[tuple[str, bytes]]:
    return connection.execute(NEXT, (last, len(mark), mark, PAGE)).fetchall()
