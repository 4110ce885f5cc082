"""Pages of the log, read ahead: the next page is decoded while the current one is written.

Pages start small and grow: a first page that took a leader longer than it may seem stuck would
never be finished by any leader.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias

from psycopg import Error

from application.concurrency.supervision import end
from application.eventstore.envelope import RecordedEvent
from domain.refusals import Refusal

SMALLEST: Final = 250
MAX_PAGE: Final = 2_000

Page: TypeAlias = tuple[Sequence[RecordedEvent], bool]
"""Events, and whether the log ends with them for now."""


class ReadPage(Protocol):
    """Reads a page: ``EventLog.page`` or ``EventLog.outline``."""

    async def __call__(self, *, after: int, limit: int) -> Sequence[RecordedEvent]: ...


class Unreadable(Exception):
    """An event of the log cannot be decoded by this release."""

    def __init__(self, position: int, reason: Exception) -> None:
        super().__init__(f"the event at {position} cannot be decoded")
        self.position = position
        self.reason = reason


class Pages:
    """Reads the log with one page of lookahead; ``at_end`` says whether the last page ended it."""

    def __init__(self, page: ReadPage) -> None:
        self.at_end = False
        self._page = page
        self._limit = SMALLEST
        self._ahead: tuple[int, asyncio.Task[Page]] | None = None

    async def after(self, position: int) -> Sequence[RecordedEvent]:
        """Return the events after a position; raises ``Unreadable`` when the next one is."""
        records, self.at_end = await self._next(position)
        if not self.at_end:
            self._limit = min(2 * self._limit, MAX_PAGE)
            follow = records[-1].position
            self._ahead = follow, asyncio.create_task(read_page(self._page, follow, self._limit))
        return records

    async def close(self) -> None:
        """Cancel the read-ahead."""
        if self._ahead is not None:
            (_, reading), self._ahead = self._ahead, None
            await end([reading])
            _ = reading.cancelled() or reading.exception()  # else asyncio warns of it

    async def _next(self, position: int) -> Page:
        if self._ahead is not None and self._ahead[0] == position:
            (_, reading), self._ahead = self._ahead, None
            return await reading
        await self.close()
        return await read_page(self._page, position, self._limit)


async def read_page(page: ReadPage, position: int, limit: int) -> Page:
    """Read the events after a position, cut short before the first that cannot be decoded.

    Raises ``Unreadable`` when that is the first of all.
    """
    while True:
        try:
            records = await page(after=position, limit=limit)
        except (Error, Refusal):
            raise
        except Exception as error:
            if limit == 1:
                raise Unreadable(position + 1, error) from error
            limit //= 2
        else:
            return records, len(records) < limit
