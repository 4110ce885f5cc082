"""Concurrent calls share one round trip: what arrives while a batch is away forms the next one.

The queue is bounded by weight, so that overload is refused at once and memory does not grow.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from domain.refusals import Refusal, Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


class Overloaded(Unavailable):
    """More is waiting than can be answered in good time; the caller may try again."""

    code = "OVERLOADED"
    message = "Too much is waiting to be written. Try again shortly."


class Waiting(NamedTuple, Generic[Item, Result]):
    item: Item
    weight: int
    answer: asyncio.Future[Result]


class Batcher(Generic[Item, Result]):
    """``handle`` takes a batch and answers in its order; an answer that is a refusal is raised.

    ``largest`` bounds the weight of a batch (one item may exceed it, alone), ``waiting`` that of
    the queue; by default each item weighs 1. Up to ``abreast`` batches are away at once: a further
    one leaves only when it is full, for what waits a moment shares a round trip.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Refusal]]],
        *,
        weigh: Callable[[Item], int] = lambda _: 1,
        largest: int = 500,
        waiting: int = 10_000,
        abreast: int = 1,
    ) -> None:
        self._handle = handle
        self._weigh = weigh
        self._largest = largest
        self._limit = waiting
        self._weight = 0
        self._waiting: deque[Waiting[Item, Result]] = deque()
        self._abreast = abreast
        self._running: set[asyncio.Task[None]] = set()

    @property
    def depth(self) -> int:
        """How many are waiting for the next batch."""
        return len(self._waiting)

    async def ask(self, item: Item) -> Result:
        """Wait for this item's own answer, whatever becomes of its neighbours."""
        weight = self._weigh(item)
        if self._waiting and self._weight + weight > self._limit:
            raise Overloaded
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(item, weight, answer))
        self._weight += weight
        if self._may_leave(len(self._running) + 1):
            self._running.add(asyncio.create_task(self._run()))
        return await answer

    async def close(self) -> None:
        """Answer everyone still waiting."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self) -> None:
        try:
            while self._may_leave(len(self._running)) and (batch := self._take()):
                await self._answer(batch)
        finally:
            self._running.remove(asyncio.current_task())  # type: ignore[arg-type]  # it is a task

    def _may_leave(self, away: int) -> bool:
        return away == 1 or (away <= self._abreast and self._weight >= self._largest)

    def _take(self) -> list[Waiting[Item, Result]]:
        """Take the next batch, leaving out callers who have gone."""
        batch: list[Waiting[Item, Result]] = []
        room = self._largest
        while self._waiting and (not batch or room >= self._waiting[0].weight):
            call = self._waiting.popleft()
            self._weight -= call.weight
            if not call.answer.done():
                batch.append(call)
                room -= call.weight
        return batch

    async def _answer(self, batch: Sequence[Waiting[Item, Result]]) -> None:
        """Settle a batch; if it fails as a whole, one by one, so that only the culprit fails.

        What is away is away for all of them: asking one by one would add their time-outs up.
        """
        try:
            results = await self._handle([call.item for call in batch])
        except Unavailable as error:
            for call in batch:
                _settle(call.answer, error)
        except Exception as error:  # noqa: BLE001 - it is handed to the caller it belongs to
            if len(batch) == 1:
                _settle(batch[0].answer, error)
            for call in batch if len(batch) > 1 else ():
                await self._answer([call])
        else:
            for call, result in zip(batch, results, strict=True):
                _settle(call.answer, result)


def _settle(answer: asyncio.Future[Result], result: Result | Exception) -> None:
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
