"""Watermark: a rising log position that tasks can wait for.

It falls only by ``reset``: after a database start, a restore or a rebuild the true position may be
lower than the last one received (safety.md, watermarks).
"""

import asyncio
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TypeAlias

Waiter: TypeAlias = tuple[int, int, asyncio.Future[None]]


class Watermark:
    def __init__(self) -> None:
        self.position = 0
        self._waiting: list[Waiter] = []
        self._arrivals = count()

    def advance(self, position: int) -> None:
        """Raise the position and wake the waiters it reaches; a lower position is ignored."""
        if position > self.position:
            self.reset(position)

    def reset(self, position: int) -> None:
        """Set the position, which may be lower than before."""
        self.position = position
        while self._waiting and self._waiting[0][0] <= position:
            reached = heappop(self._waiting)[2]
            if not reached.done():
                reached.set_result(None)

    async def reach(self, position: int, *, within: float | None = None) -> None:
        """Wait until the watermark is at ``position``; ``TimeoutError`` after ``within`` s."""
        if position <= self.position:
            return
        loop = asyncio.get_running_loop()
        waiter = (position, next(self._arrivals), loop.create_future())
        heappush(self._waiting, waiter)
        # A plain timer: asyncio.timeout() costs as much as the rest of a write's wait.
        timer = loop.call_later(within, self._give_up, waiter) if within is not None else None
        try:
            await waiter[2]
        finally:
            if timer is not None:
                timer.cancel()
            self._forget(waiter)

    def _give_up(self, waiter: Waiter) -> None:
        if not waiter[2].done():
            waiter[2].set_exception(TimeoutError())

    def _forget(self, waiter: Waiter) -> None:
        """Remove a waiter that timed out: the heap would keep it until its position comes."""
        if waiter[0] > self.position and waiter in self._waiting:
            self._waiting.remove(waiter)
            heapify(self._waiting)
