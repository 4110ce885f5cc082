"""A few things that many owners work with: who has had none for longest is next.

What was used last is used first, for it is warm. The last free one is kept for who has none, so
that nobody who has much to do holds up all others.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class QueueFull(Exception):
    """None came in time, or as many wait as may, of this owner or of all."""


class FairQueue(Generic[Thing]):
    """Up to ``waiting`` callers wait for one of ``things``, of each owner up to ``each``.

    ``within`` is in seconds.
    """

    def __init__(self, things: Iterable[Thing], *, waiting: int, each: int) -> None:
        self._free = [*things]
        self._held = Counter[str]()
        self._queues = OrderedDict[str, deque[asyncio.Future[Thing]]]()
        self._most = waiting
        self._most_each = each

    @asynccontextmanager
    async def one(self, owner: str, *, within: float) -> AsyncIterator[Thing]:
        """Hold one while entered; raises ``QueueFull``."""
        thing = await self._taken(owner, within)
        try:
            yield thing
        finally:
            self._give_back(owner, thing)

    async def _taken(self, owner: str, within: float) -> Thing:
        if self._may_hold(owner):
            return self._hold(owner)
        turn = self._queue(owner)
        try:
            async with asyncio.timeout(within):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._give_back(owner, turn.result())  # it came as its owner went
            else:
                self._leave(owner, turn)
            if isinstance(error, TimeoutError):
                raise QueueFull from error
            raise

    def _may_hold(self, owner: str) -> bool:
        return len(self._free) > 1 or (len(self._free) == 1 and not self._held[owner])

    def _hold(self, owner: str) -> Thing:
        self._held[owner] += 1
        return self._free.pop()

    def _queue(self, owner: str) -> asyncio.Future[Thing]:
        waiting = len(self._queues.get(owner, ()))
        if waiting >= self._most_each or sum(map(len, self._queues.values())) >= self._most:
            raise QueueFull
        turn: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(owner, deque()).append(turn)
        return turn

    def _leave(self, owner: str, turn: asyncio.Future[Thing]) -> None:
        self._queues[owner].remove(turn)
        if not self._queues[owner]:
            del self._queues[owner]

    def _give_back(self, owner: str, thing: Thing) -> None:
        self._free.append(thing)
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        for waiting in [*self._queues]:
            if self._may_hold(waiting):
                self._serve(waiting)

    def _serve(self, owner: str) -> None:
        """Hand one to an owner, who is then last in turn; who has just given up is passed over."""
        self._queues.move_to_end(owner)
        turn = next((turn for turn in self._queues[owner] if not turn.done()), None)
        if turn is not None:
            self._leave(owner, turn)
            turn.set_result(self._hold(owner))
