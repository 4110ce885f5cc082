"""Check that Forge stored, projected and delivered exactly what it acknowledged under load.

A load generator stops in the midst of requests: it counts none of those that are still on their
way, so Forge may have stored as many more as there were connections, and not one less.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import Connection

from domain.documents.events import DocumentCreated
from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from scripts.bench.feed_stream import follow_creates
from scripts.bench.load import Target

WITHIN_SECONDS: Final = 120.0
PAUSE_SECONDS: Final = 0.05
CREATED: Final = DocumentCreated.stored_name()
LAST: Final[LiteralString] = """
    SELECT notification_id FROM forge_events WHERE topic = %s
    ORDER BY notification_id DESC LIMIT 1
"""
POSITION: Final[LiteralString] = "SELECT position FROM projections WHERE name = %s AND live"
STORED: Final[LiteralString] = """
    SELECT notification_id FROM forge_events WHERE topic = %s AND notification_id > %s
"""
PROJECTED: Final[LiteralString] = """
    SELECT created_position FROM models.document_summaries WHERE created_position > %s
"""


class Mismatch(Exception):
    """Forge lost, duplicated or did not deliver a document; the message says how many."""


class Tally(NamedTuple):
    """Creates counted by the load generator, and the log positions of those found elsewhere."""

    acknowledged: int
    in_flight: int
    """Most requests that the load generator may have left behind without counting them."""
    stored: Collection[int]
    projected: Collection[int]
    delivered: Collection[int]


def faults(tally: Tally) -> list[str]:
    """Name each way in which a tally does not add up."""
    found, most = [], tally.acknowledged + tally.in_flight
    if not tally.acknowledged <= len(tally.stored) <= most:
        bounds = f"{tally.acknowledged} to {most}"
        found.append(f"{len(tally.stored)} documents are stored, {bounds} were acknowledged")
    for name, positions in (("projected", tally.projected), ("delivered", tally.delivered)):
        missing = Counter(tally.stored) - Counter(positions)
        surplus = Counter(positions) - Counter(tally.stored)
        if missing or surplus:
            found.append(f"{missing.total()} stored documents are not {name}, or not once; "
                         f"{surplus.total()} {name} beyond them")  # fmt: skip
    return found


class DeliveryCheck:
    """Counts creates from its construction on; ``log`` is a connection in autocommit."""

    def __init__(self, log: Connection[Any], target: Target) -> None:
        self._log = log
        self._target = target
        self._acknowledged = self._in_flight = 0
        self._start = self._last_stored()

    def acknowledge(self, count: int, in_flight: int) -> None:
        """Add what a load generator counted; wait until the read model shows all that is stored.

        Checked later, because looking at every row would use the CPU that is being measured.
        """
        self._acknowledged += count
        self._in_flight += in_flight
        self._wait_settled()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Check what a subscriber receives that is connected during the block."""
        with follow_creates(self._target, self._start) as received:
            yield
            self._check(received)

    def resume(self) -> None:
        """Check what a subscriber receives that connects now and resumes from the start.

        Rounds are measured without a subscriber, because peers have none.
        """
        with self.listening():
            pass

    def _check(self, received: Collection[int]) -> None:
        stored = self._read(STORED, CREATED, self._start)
        last = max(stored, default=0)
        _wait_until(lambda: max(received, default=0) >= last)
        projected = self._read(PROJECTED, self._start)
        tally = Tally(self._acknowledged, self._in_flight, stored, projected, list(received))
        if found := faults(tally):
            raise Mismatch("; ".join(found))

    def _wait_settled(self) -> None:
        """Wait until two looks at the log find the same end, and it is in the read model."""
        looks = [self._last_stored()]

        def settled() -> bool:
            looks.append(self._last_stored())
            return looks[-1] == looks[-2] <= max(self._read(POSITION, DOCUMENT_SUMMARIES.name))

        _wait_until(settled)

    def _last_stored(self) -> int:
        return max(self._read(LAST, CREATED), default=0)

    def _read(self, query: LiteralString, *parameters: Any) -> list[int]:
        return [position for (position,) in self._log.execute(query, parameters)]


def _wait_until(condition: Callable[[], bool]) -> None:
    """Wait two minutes at most: what is still missing then is a mismatch."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
