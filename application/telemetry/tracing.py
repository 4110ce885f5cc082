"""Port: spans of requests, commands, appends, projection batches and jobs.

Asynchronous work is linked to its request by the correlation id that every event carries. Without a
collector there is ``NO_TRACING``, whose spans cost a call each.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from typing import Final, NamedTuple, Protocol, TypeAlias

from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.transactions import CommandSpan
from domain.messages import Command

MADE: Final = re.compile(r"([0-9a-f]{32})-([0-9a-f]{16})")
StoredEvents: TypeAlias = Callable[[Sequence[RecordedEvent]], None]
"""Called with the stored events."""


class Place(NamedTuple):
    """A trace and a span in it."""

    trace: int
    span: int


class RequestSpan(Protocol):
    request_id: str

    def end(self, route: str | None, status: int, /) -> None: ...


class Tracing(Protocol):
    def request(self, method: str, sent: str | None, parent: str | None, /) -> RequestSpan:
        """Begin a request; ``sent`` is the id it came with, ``parent`` its ``traceparent``."""
        ...

    def command(self, by: Origin, /) -> AbstractContextManager[CommandSpan]:
        """Enter the span of a transaction."""
        ...

    def append(
        self, records: Sequence[RecordedEvent], /
    ) -> AbstractContextManager[StoredEvents]: ...

    def batch(
        self, projection: str, records: Sequence[RecordedEvent], /
    ) -> AbstractContextManager[None]: ...

    def job(self, kind: str, /) -> AbstractContextManager[None]: ...


class NoRequestSpan:
    """Implements ``RequestSpan`` with the id that the request came with."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id

    def end(self, _route: str | None, _status: int) -> None:
        """Do nothing."""


class NoCommandSpan:
    """Implements ``CommandSpan``."""

    def of(self, _command: Command, _category: str) -> None:
        """Do nothing."""


class NoTracing:
    """Implements ``Tracing`` without spans."""

    def request(self, _method: str, sent: str | None, _parent: str | None) -> NoRequestSpan:
        return NoRequestSpan(sent or "")

    def command(self, _by: Origin) -> AbstractContextManager[CommandSpan]:
        return NO_COMMAND

    def append(self, _records: Sequence[RecordedEvent]) -> AbstractContextManager[StoredEvents]:
        return NO_APPEND

    def batch(
        self, _projection: str, _records: Sequence[RecordedEvent]
    ) -> AbstractContextManager[None]:
        return NO_SPAN

    def job(self, _kind: str) -> AbstractContextManager[None]:
        return NO_SPAN


def _nothing(_stored: Sequence[RecordedEvent]) -> None:
    pass


NO_SPAN: Final = nullcontext()
NO_COMMAND: Final = nullcontext[CommandSpan](NoCommandSpan())
NO_APPEND: Final = nullcontext[StoredEvents](_nothing)
NO_TRACING: Final = NoTracing()


def request_id_at(place: Place) -> str:
    """Return a request id made of trace and span, so that its events lead to its trace."""
    return f"{place.trace:032x}-{place.span:016x}"


def place_of(correlation_id: str) -> Place:
    """Return the place of a correlation id: the one it names, or one made of its digest."""
    if (made := MADE.fullmatch(correlation_id)) and (place := _read(made)) is not None:
        return place
    digest = sha256(correlation_id.encode()).digest()
    return Place(int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:24]) or 1)


def places_of(records: Iterable[RecordedEvent], most: int) -> list[Place]:
    """Return the places of the causes of some events, each once."""
    found: dict[str, Place] = {}
    for record in records:
        correlation_id = record.origin.correlation_id
        if correlation_id not in found:
            found[correlation_id] = place_of(correlation_id)
            if len(found) == most:
                break
    return list(found.values())


def _read(made: re.Match[str]) -> Place | None:
    place = Place(int(made[1], 16), int(made[2], 16))
    return place if all(place) else None
