"""Lists as binary array parameters, packed in one pass per list.

Batches travel as arrays, some thirty to a call. psycopg finds a dumper anew for each list and
element, and gives lists of integers the narrowest type that fits, so that one statement is prepared
many times over; this took more time than Postgres took for the batch.
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
    """A type's oid, that of its arrays, and how a value becomes its length and bytes."""

    oid: int
    array_oid: int
    pack: Callable[[Any], bytes]


def _text(value: str) -> bytes:
    data = value.encode()
    return LENGTH.pack(len(data)) + data


def _bytea(value: bytes) -> bytes:
    return LENGTH.pack(len(value)) + value


def _bigint(value: int) -> bytes:
    return BIGINT.pack(8, value)


def _boolean(value: bool) -> bytes:  # noqa: FBT001 - the value itself
    return BOOLEAN.pack(1, value)


def _timestamp(value: datetime) -> bytes:
    return BIGINT.pack(8, (value - EPOCH) // MICROSECOND)


ELEMENTS: Final[dict[type, Element]] = {
    str: Element(25, 1009, _text),
    bytes: Element(17, 1001, _bytea),
    int: Element(20, 1016, _bigint),
    bool: Element(16, 1000, _boolean),
    datetime: Element(1184, 1185, _timestamp),
}


class ArrayDumper(Dumper):
    """For lists of one kind of value and None; the statement casts them to the type it wants."""

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
        pack = element.pack
        parts = [NULL if value is None else pack(value) for value in obj]
        return HEADER.pack(1, NULL in parts, element.oid, len(obj), 1) + b"".join(parts)


def register() -> None:
    """Let every connection of this process send lists this way."""
    psycopg.adapters.register_dumper(list, ArrayDumper)
