"""A log position that rises, and the tasks waiting for it to rise far enough.

It falls only by ``reset``: after a database start, a restore or a rebuild the true position may be
lower than the last one heard of, and a mark that stayed high would lie (safety.md, watermarks).
"""

import asyncio
from heapq import heapify, heappop, heappush
from itertools import count


class Watermark:
    def __init__(self) -> None:
        self.position = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    def advance(self, position: int) -> None:
        """Raise the mark and wake whoever waited for this much; a lower position is old news."""
        if position > self.position:
            self.reset(position)

    def reset(self, position: int) -> None:
        """Put the mark where it truly is, be it lower."""
        self.position = position
        while self._waiting and self._waiting[0][0] <= position:
            reached = heappop(self._waiting)[2]
            if not reached.done():
                reached.set_result(None)

    async def reach(self, position: int, *, within: float | None = None) -> None:
        """Return once the mark has reached ``position``; ``TimeoutError`` after ``within`` s."""
        if position <= self.position:
            return
        waiter = (position, next(self._arrivals), asyncio.get_running_loop().create_future())
        heappush(self._waiting, waiter)
        try:
            async with asyncio.timeout(within):
                await waiter[2]
        finally:
            self._forget(waiter)

    def _forget(self, waiter: tuple[int, int, asyncio.Future[None]]) -> None:
        """Take out a waiter who gave up, or the far future would fill with them."""
        if waiter[2].cancelled() and waiter in self._waiting:  # it may have been reached just then
            self._waiting.remove(waiter)
            heapify(self._waiting)
