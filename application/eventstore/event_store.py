"""Port: event log of append-only streams with optimistic concurrency and one global order.

An append carries all that is stored with its events: texts, erasures, claims on unique values and
the response to an idempotent request. A refused append leaves nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Protocol

import msgspec

from application.concurrency.watermark import Watermark
from application.eventstore.envelope import RecordedEvent
from domain.refusals import Conflict, Unavailable


class ConcurrentWrite(Conflict):
    """Another writer appended to the stream first."""

    code = "CONCURRENT_WRITE"
    message = "The resource was changed at the same time. Try again."


class ValueTaken(Conflict):
    """A value that must be unique is claimed by another stream."""

    code = "VALUE_TAKEN"


class AlreadyHandled(Conflict):
    """A request with this Idempotency-Key has been answered; its response can be replayed."""

    code = "ALREADY_ANSWERED"


class LogUnavailable(Unavailable):
    """The log did not answer; the caller cannot know whether an append was stored."""

    code = "LOG_UNAVAILABLE"


class Text(msgspec.Struct, frozen=True):
    """Bytes that belong to a stream, filed under their salted digest (hex)."""

    org_id: str
    owner: str
    digest: str
    salt: bytes
    data: bytes


class Erasure(msgspec.Struct, frozen=True):
    """Erase one text of a stream or, with no digest, everything kept for it outside the log."""

    org_id: str
    owner: str
    digest: str | None = None


class Claim(msgspec.Struct, frozen=True):
    """Hold ``value`` of ``kind`` within ``scope`` for the stream with the key ``holder``."""

    kind: str
    scope: str
    value: str
    holder: str


class IdempotentResponse(msgspec.Struct, frozen=True):
    """The response to a request with an Idempotency-Key, stored for the caller that may repeat it.

    ``request`` is a digest of the request; ``owner`` the stream whose erasure blanks ``body``.
    """

    caller: str
    key: str
    request: bytes
    owner: str
    body: bytes


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """Events and what is stored with them: all or nothing."""

    records: tuple[RecordedEvent, ...]
    texts: tuple[Text, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    claims: tuple[Claim, ...] = ()
    response: IdempotentResponse | None = None


def merged(appends: Sequence[Append]) -> Append:
    """Return one append for several; at most one of them may carry a response."""
    if len(appends) == 1:
        return appends[0]
    return Append(
        records=tuple(chain.from_iterable(each.records for each in appends)),
        texts=tuple(chain.from_iterable(each.texts for each in appends)),
        erasures=tuple(chain.from_iterable(each.erasures for each in appends)),
        claims=tuple(chain.from_iterable(each.claims for each in appends)),
        response=next((each.response for each in appends if each.response), None),
    )


class Snapshot(msgspec.Struct, frozen=True):
    """A stream's state as of ``version``, encoded by the aggregate it belongs to."""

    version: int
    owner: str
    state: msgspec.Raw


class History(msgspec.Struct, frozen=True):
    """A stream from its last snapshot on, oldest event first."""

    records: Sequence[RecordedEvent]
    snapshot: Snapshot | None = None


class EventLog(Protocol):
    @property
    def head(self) -> Watermark:
        """The position of the newest event that this process knows of."""
        ...

    async def append(self, entry: Append) -> Sequence[RecordedEvent]:
        """Store all or none and return the records with their positions, durable.

        Raises ``ConcurrentWrite``, ``ValueTaken``, ``AlreadyHandled``, ``LogUnavailable``, or
        ``Overloaded`` when too much is waiting already.
        """
        ...

    async def load(self, stream: str) -> History:
        """Return the last snapshot of a stream, and the events since."""
        ...

    async def read(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[RecordedEvent]:
        """Return a stream's events from the version after ``after`` on, oldest first."""
        ...

    async def past(self, streams: Sequence[str], *, until: int) -> Sequence[RecordedEvent]:
        """Return the events of several streams up to a position, stream by stream."""
        ...

    async def page(self, *, after: int, limit: int) -> Sequence[RecordedEvent]:
        """Return the next events of every stream, in the order they were committed.

        An empty page means that this process knows of none yet: others may have just been recorded.
        """
        ...

    async def outline(self, *, after: int, limit: int) -> Sequence[RecordedEvent]:
        """Return a page whose events may be redacted; far from the head they are."""
        ...

    async def keep(self, stream: str, snapshot: Snapshot) -> None:
        """Store a snapshot, unless the stream has moved on since."""
        ...

    async def position_at(self, time: datetime) -> int:
        """Return the last position recorded by ``time``, by the running maximum of the clock."""
        ...


class Claims(Protocol):
    async def holders(self, kind: str, scope: str, values: Sequence[str]) -> Mapping[str, str]:
        """Return the key of the holding stream for each value that is taken."""
        ...
