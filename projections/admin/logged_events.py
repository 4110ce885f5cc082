"""Count and digest of the events that read models take, summed up by the log.

A range of positions is scanned once, however many read models take events of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection

from projections.engine.digest import EMPTY, MODULUS, EventDigest

Connection = AsyncConnection[Any]

AT_ONCE: Final = 100_000
"""Positions summed up per query."""
LOGGED: Final[LiteralString] = """
    SELECT topic, CASE WHEN notification_id = ANY(%(skipped)s::bigint[]) THEN notification_id END,
           count(*), sum(('x' || encode(substr(chain_hash, 1, 8), 'hex'))::bit(64)::bigint::numeric)
    FROM forge_events
    WHERE notification_id > %(start)s AND notification_id <= %(until)s
      AND topic = ANY(%(topics)s::text[])
    GROUP BY 1, 2
"""


class LoggedEvents(NamedTuple):
    """Events of one type; ``skipped`` is the position of one that some read model skips."""

    topic: str
    skipped: int | None
    digest: EventDigest


class VerifiedRange(NamedTuple):
    """Count and digest of a projection's events between two positions, without skipped ones."""

    start: int
    until: int
    topics: frozenset[str]
    skipped: frozenset[int]
    expected: EventDigest = EMPTY

    def continues(self, other: "VerifiedRange") -> bool:
        return (self.start, self.skipped) == (other.start, other.skipped)

    def plus(self, logged: LoggedEvents) -> "VerifiedRange":
        """Add the events of a type, if the projection takes it and does not skip them."""
        if logged.topic not in self.topics or logged.skipped in self.skipped:
            return self
        return self._replace(expected=self.expected.plus(logged.digest))


async def extend(
    connection: Connection, ranges: Mapping[str, VerifiedRange], targets: Mapping[str, int]
) -> dict[str, VerifiedRange]:
    """Return the ranges of read models, by name, extended to a target position each."""
    extended = dict(ranges)
    ends = {each.until for each in ranges.values()} | {*targets.values()}
    for start, until in pairwise(_cut(sorted(ends))):
        names = [
            name
            for name, each in extended.items()
            if each.until == start and until <= targets[name]
        ]
        if not names:
            continue
        for logged in await _scan(connection, start, until, [extended[name] for name in names]):
            extended |= {name: extended[name].plus(logged) for name in names}
        extended |= {name: extended[name]._replace(until=until) for name in names}
    return extended


def _cut(ends: Sequence[int]) -> Iterator[int]:
    """Yield the ends, and positions in between where two lie further apart than one query sums."""
    for start, until in pairwise(ends):
        yield from range(start, until, AT_ONCE)
    yield from ends[-1:]


async def _scan(
    connection: Connection, start: int, until: int, ranges: Sequence[VerifiedRange]
) -> list[LoggedEvents]:
    """Sum up the events after one position, up to another, that read models take."""
    places = {
        "start": start,
        "until": until,
        "topics": sorted(frozenset[str]().union(*(each.topics for each in ranges))),
        "skipped": sorted(frozenset[int]().union(*(each.skipped for each in ranges))),
    }
    cursor = await connection.execute(LOGGED, places)
    return [
        LoggedEvents(topic, position, EventDigest(events, int(digest) % MODULUS))
        for topic, position, events, digest in await cursor.fetchall()
    ]
