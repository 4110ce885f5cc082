"""Binary array parameters for psycopg, packed in one pass per list.

A batch is some thirty arrays. psycopg looks up a dumper for each list and element, and gives lists
of integers the narrowest type that fits, so that one statement is prepared many times; that took
longer than the batch in Postgres.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.abc import DumperKey
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format
from psycopg.types.array import ListBinaryDumper
from typing_extensions import override

HEADER: Final = Struct("!iiIii")  # dimensions, has nulls, element type, length, lower bound
LENGTH: Final = Struct("!i")
BIGINT: Final = Struct("!iq")
BOOLEAN: Final = Struct("!i?")
NULL: Final = LENGTH.pack(-1)
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class Element(NamedTuple):
    """A type: its oid, the oid of its arrays, and the function that packs values."""

    oid: int
    array_oid: int
    pack: Callable[[Sequence[Any]], bytes]


def _texts(values: Sequence[str | None]) -> bytes:
    return _byteas([None if value is None else value.encode() for value in values])


def _byteas(values: Sequence[bytes | None]) -> bytes:
    size = LENGTH.pack
    return b"".join([NULL if value is None else size(len(value)) + value for value in values])


def _bigints(values: Sequence[int | None]) -> bytes:
    pack = BIGINT.pack
    return b"".join([NULL if value is None else pack(8, value) for value in values])


def _booleans(values: Sequence[bool | None]) -> bytes:
    return b"".join([NULL if value is None else BOOLEAN.pack(1, value) for value in values])


def _timestamps(values: Sequence[datetime | None]) -> bytes:
    return _bigints([None if value is None else (value - EPOCH) // MICROSECOND for value in values])


ELEMENTS: Final[dict[type, Element]] = {
    str: Element(25, 1009, _texts),
    bytes: Element(17, 1001, _byteas),
    int: Element(20, 1016, _bigints),
    bool: Element(16, 1000, _booleans),
    datetime: Element(1184, 1185, _timestamps),
}


class ArrayDumper(Dumper):
    """Dumper of lists of one type and None; the statement casts them to the type it needs."""

    format = Format.BINARY

    def __init__(self, cls: type, context: Any = None, element: Element = ELEMENTS[str]) -> None:
        super().__init__(cls, context)
        self.oid = element.array_oid
        self._element = element

    @override
    def get_key(self, obj: Sequence[Any], format: PyFormat) -> DumperKey:
        for value in obj:
            if value is not None:
                return (self.cls, type(value))
        return self.cls

    @override
    def upgrade(self, obj: Sequence[Any], format: PyFormat) -> Dumper:
        kind = next((type(value) for value in obj if value is not None), str)
        if (element := ELEMENTS.get(kind)) is not None:
            return ArrayDumper(self.cls, None, element)
        return ListBinaryDumper(self.cls).upgrade(list(obj), format)

    @override
    def dump(self, obj: Sequence[Any]) -> bytes:
        element = self._element
        if not obj:
            return HEADER.pack(0, 0, element.oid, 0, 1)[:12]
        header = HEADER.pack(1, None in obj, element.oid, len(obj), 1)
        return header + element.pack(obj)


def register() -> None:
    """Register the dumper for all connections of this process."""
    psycopg.adapters.register_dumper(list, ArrayDumper)
