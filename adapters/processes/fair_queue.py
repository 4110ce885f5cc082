"""Fair queue for a few resources that many owners share: the owner served longest ago is next.

The resource used last is used first, since it is warm. The last free one is reserved for owners
that hold none, so that no owner with much work holds up all others.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

Resource = TypeVar("Resource")


class QueueFull(Exception):
    """No resource came in time, or the queue is full, of this owner or of all."""


class FairQueue(Generic[Resource]):
    """Up to ``max_waiting`` callers wait for a resource, of each owner up to ``max_per_owner``."""

    def __init__(
        self, resources: Iterable[Resource], *, max_waiting: int, max_per_owner: int
    ) -> None:
        self._free = [*resources]
        self._held = Counter[str]()
        self._queues = OrderedDict[str, deque[asyncio.Future[Resource]]]()
        self._max_waiting = max_waiting
        self._max_per_owner = max_per_owner

    @asynccontextmanager
    async def acquire(self, owner: str, *, within: float) -> AsyncIterator[Resource]:
        """Hold a resource while entered; raises ``QueueFull`` after ``within`` seconds."""
        resource = await self._acquire(owner, within)
        try:
            yield resource
        finally:
            self._give_back(owner, resource)

    async def _acquire(self, owner: str, within: float) -> Resource:
        if self._may_hold(owner):
            return self._hold(owner)
        waiter = self._queue(owner)
        try:
            async with asyncio.timeout(within):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                self._give_back(
                    owner, waiter.result()
                )  # it was assigned as the caller was cancelled
            else:
                self._leave(owner, waiter)
            if isinstance(error, TimeoutError):
                raise QueueFull from error
            raise

    def _may_hold(self, owner: str) -> bool:
        return len(self._free) > 1 or (len(self._free) == 1 and not self._held[owner])

    def _hold(self, owner: str) -> Resource:
        self._held[owner] += 1
        return self._free.pop()

    def _queue(self, owner: str) -> asyncio.Future[Resource]:
        waiting = len(self._queues.get(owner, ()))
        if (
            waiting >= self._max_per_owner
            or sum(map(len, self._queues.values())) >= self._max_waiting
        ):
            raise QueueFull
        waiter: asyncio.Future[Resource] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(owner, deque()).append(waiter)
        return waiter

    def _leave(self, owner: str, waiter: asyncio.Future[Resource]) -> None:
        self._queues[owner].remove(waiter)
        if not self._queues[owner]:
            del self._queues[owner]

    def _give_back(self, owner: str, resource: Resource) -> None:
        self._free.append(resource)
        self._held[owner] -= 1
        if not self._held[owner]:
            del self._held[owner]
        for waiting in [*self._queues]:
            if self._may_hold(waiting):
                self._serve(waiting)

    def _serve(self, owner: str) -> None:
        """Assign a resource to an owner, now last in line; cancelled callers are skipped."""
        self._queues.move_to_end(owner)
        waiter = next((waiter for waiter in self._queues[owner] if not waiter.done()), None)
        if waiter is not None:
            self._leave(owner, waiter)
            waiter.set_result(self._hold(owner))
