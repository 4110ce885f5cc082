"""The batcher: callers share a round trip, and each gets its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from application.concurrency.batcher import Batcher, Overloaded
from domain.refusals import Conflict, Refusal, Unavailable

pytestmark = pytest.mark.anyio


class Handler:
    """Doubles numbers, batch by batch, once ``gate`` is open.

    0 is refused, a negative number fails the whole batch it is in, and so does everything when
    ``away``.
    """

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.away = False

    async def __call__(self, batch: Sequence[int]) -> Sequence[int | Refusal]:
        self.batches.append([*batch])
        await self.gate.wait()
        if self.away:
            raise Unavailable
        if min(batch) < 0:
            raise ValueError(batch)
        return [number * 2 or Conflict() for number in batch]


@pytest.fixture
async def handler() -> Handler:
    return Handler()


async def test_calls_that_come_together_go_together(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)

    assert await asyncio.gather(*map(batcher.ask, [1, 2, 3])) == [2, 4, 6]
    assert handler.batches == [[1, 2, 3]]


async def test_what_arrives_while_a_batch_is_away_forms_the_next(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)
    handler.gate.clear()
    calls = [asyncio.create_task(batcher.ask(1))]
    await _turn()

    calls += [asyncio.create_task(batcher.ask(number)) for number in (2, 3)]
    await _turn()
    assert batcher.depth == 2
    handler.gate.set()

    assert await asyncio.gather(*calls) == [2, 4, 6]
    assert handler.batches == [[1], [2, 3]]
    assert batcher.depth == 0


async def test_a_refusal_is_its_own_callers_alone(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)

    answers = await asyncio.gather(*map(batcher.ask, [1, 0, 2]), return_exceptions=True)

    assert [type(answer) for answer in answers] == [int, Conflict, int]
    assert handler.batches == [[1, 0, 2]]


async def test_a_failure_is_its_own_callers_alone(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)

    answers = await asyncio.gather(*map(batcher.ask, [1, -1, 0, 2]), return_exceptions=True)

    assert [type(answer) for answer in answers] == [int, ValueError, Conflict, int]
    assert handler.batches == [[1, -1, 0, 2], [1], [-1], [0], [2]]


async def test_a_batch_that_times_out_is_not_retried_item_by_item(handler: Handler) -> None:
    """Every caller would wait for the time-outs of all others."""
    batcher = Batcher[int, int](handler)
    handler.away = True

    answers = await asyncio.gather(*map(batcher.ask, [1, 2, 3]), return_exceptions=True)

    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert handler.batches == [[1, 2, 3]]


async def test_it_goes_on_after_a_failure(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)
    with pytest.raises(ValueError, match="-1"):
        await batcher.ask(-1)

    assert await batcher.ask(1) == 2


async def test_a_batch_is_as_large_as_its_weight_allows(handler: Handler) -> None:
    batcher = Batcher[int, int](handler, weigh=int, max_batch=5)

    await asyncio.gather(*map(batcher.ask, [2, 3, 1, 4, 5]))

    assert handler.batches == [[2, 3], [1, 4], [5]]


async def test_one_heavy_item_goes_alone(handler: Handler) -> None:
    batcher = Batcher[int, int](handler, weigh=int, max_batch=5)

    await asyncio.gather(*map(batcher.ask, [1, 9, 1]))

    assert handler.batches == [[1], [9], [1]]


async def test_overload_is_refused_at_once_and_by_weight(handler: Handler) -> None:
    batcher = Batcher[int, int](handler, weigh=int, max_waiting=10)
    handler.gate.clear()
    away = asyncio.create_task(batcher.ask(1))
    await _turn()
    waiting = [asyncio.create_task(batcher.ask(number)) for number in (4, 6)]
    await _turn()

    with pytest.raises(Overloaded):
        await asyncio.wait_for(batcher.ask(1), timeout=1)

    handler.gate.set()
    assert await asyncio.gather(away, *waiting) == [2, 8, 12]
    assert await batcher.ask(1) == 2


async def test_an_item_heavier_than_the_limit_is_taken_by_an_empty_queue(handler: Handler) -> None:
    batcher = Batcher[int, int](handler, weigh=int, max_batch=5, max_waiting=10)

    assert await batcher.ask(50) == 100


async def test_a_further_batch_leaves_when_it_is_full_and_as_many_as_may_be_away(
    handler: Handler,
) -> None:
    batcher = Batcher[int, int](handler, max_batch=2, max_in_flight=2)
    handler.gate.clear()
    calls = []
    for number in (1, 2, 3, 4, 5, 6):
        calls.append(asyncio.create_task(batcher.ask(number)))
        await _turn()

    assert handler.batches == [[1], [2, 3]]
    assert batcher.depth == 3
    handler.gate.set()

    assert await asyncio.gather(*calls) == [2, 4, 6, 8, 10, 12]
    assert handler.batches == [[1], [2, 3], [4, 5], [6]]
    assert await batcher.ask(7) == 14


async def test_callers_who_have_gone_are_left_out(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)
    handler.gate.clear()
    first = asyncio.create_task(batcher.ask(1))
    await _turn()
    gone, stays = [asyncio.create_task(batcher.ask(number)) for number in (2, 3)]
    await _turn()

    gone.cancel()
    await _turn()
    handler.gate.set()

    assert (await first, await stays) == (2, 6)
    assert handler.batches == [[1], [3]]


async def test_a_cancelled_caller_harms_no_other(handler: Handler) -> None:
    batcher = Batcher[int, int](handler)
    handler.gate.clear()
    gone, stays = (asyncio.create_task(batcher.ask(number)) for number in (1, 2))
    await _turn()

    gone.cancel()
    await _turn()
    handler.gate.set()

    assert await stays == 4


async def test_closing_answers_everyone_still_waiting(handler: Handler) -> None:
    batcher = Batcher[int, int](handler, max_batch=1)
    calls = [asyncio.create_task(batcher.ask(number)) for number in (1, 2, 3)]
    await _turn()

    await batcher.close()

    assert [call.result() for call in calls] == [2, 4, 6]


async def _turn() -> None:
    """Let every task that can run get as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)
