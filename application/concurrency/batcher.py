"""Batching of concurrent calls: calls that arrive while a batch is in flight form the next one.

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
    """The queue is full; the caller may try again."""

    code = "OVERLOADED"
    message = "Too much is waiting to be written. Try again shortly."


class PendingCall(NamedTuple, Generic[Item, Result]):
    item: Item
    weight: int
    answer: asyncio.Future[Result]


class Batcher(Generic[Item, Result]):
    """Passes batches to ``handle``, which returns results in order; a refusal among them is raised.

    ``max_batch`` bounds the weight of a batch (a single item may exceed it), ``max_waiting`` that
    of the queue; by default each item weighs 1. Up to ``max_in_flight`` batches run at once: a
    second one starts only when it is full, since items that wait a moment share a round trip.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Refusal]]],
        *,
        weigh: Callable[[Item], int] = lambda _: 1,
        max_batch: int = 500,
        max_waiting: int = 10_000,
        max_in_flight: int = 1,
    ) -> None:
        self._handle = handle
        self._weigh = weigh
        self._max_batch = max_batch
        self._limit = max_waiting
        self._weight = 0
        self._waiting: deque[PendingCall[Item, Result]] = deque()
        self._max_in_flight = max_in_flight
        self._running: set[asyncio.Task[None]] = set()

    @property
    def depth(self) -> int:
        """Number of calls waiting for the next batch."""
        return len(self._waiting)

    async def ask(self, item: Item) -> Result:
        """Return the result of this item; failures of others do not affect it."""
        weight = self._weigh(item)
        if self._waiting and self._weight + weight > self._limit:
            raise Overloaded
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(PendingCall(item, weight, answer))
        self._weight += weight
        if self._may_start(len(self._running) + 1):
            self._running.add(asyncio.create_task(self._run()))
        return await answer

    async def close(self) -> None:
        """Answer all waiting calls."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self) -> None:
        try:
            while self._may_start(len(self._running)) and (batch := self._take()):
                await self._answer(batch)
        finally:
            self._running.remove(asyncio.current_task())  # type: ignore[arg-type]  # it is a task

    def _may_start(self, running: int) -> bool:
        return running == 1 or (running <= self._max_in_flight and self._weight >= self._max_batch)

    def _take(self) -> list[PendingCall[Item, Result]]:
        """Take the next batch, without calls that were cancelled."""
        batch: list[PendingCall[Item, Result]] = []
        room = self._max_batch
        while self._waiting and (not batch or room >= self._waiting[0].weight):
            call = self._waiting.popleft()
            self._weight -= call.weight
            if not call.answer.done():
                batch.append(call)
                room -= call.weight
        return batch

    async def _answer(self, batch: Sequence[PendingCall[Item, Result]]) -> None:
        """Answer a batch; if it fails as a whole, handle items one by one, so that only one fails.

        Not after ``Unavailable``, which holds for all of them: the time-outs would add up.
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
