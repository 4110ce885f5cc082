"""The fair queue: organisations take turns, and none takes every slot."""

import asyncio
from collections.abc import Sequence

import pytest

from adapters.processes.fair_queue import FairQueue, QueueFull

pytestmark = pytest.mark.anyio


class Desk:
    """Owners who come and go; ``served`` tells in which order they came to hold something."""

    def __init__(self, things: int, *, waiting: int = 64, each: int = 64) -> None:
        self._turns = FairQueue(range(things), max_waiting=waiting, max_per_owner=each)
        self._leaving = dict[asyncio.Task[None], asyncio.Event]()
        self.served = list[str]()

    async def come(self, owners: str, *, within: float = 60.0) -> Sequence[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self._hold(owner, within)) for owner in owners]
        self._leaving |= {task: asyncio.Event() for task in tasks}
        await settled()
        return tasks

    async def leave(self, *tasks: asyncio.Task[None]) -> None:
        for task in tasks:
            self._leaving[task].set()
            await settled()

    async def _hold(self, owner: str, within: float) -> None:
        async with self._turns.acquire(owner, within=within):
            self.served.append(owner)
            task = asyncio.current_task()
            assert task is not None
            await self._leaving[task].wait()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_last_slot_is_reserved_for_a_queue_without_one() -> None:
    desk = Desk(3)
    await desk.come("aaa")
    busy = [*desk.served]
    await desk.come("b")

    assert busy == ["a", "a"]
    assert desk.served == ["a", "a", "b"]


async def test_who_is_alone_has_a_single_one() -> None:
    desk = Desk(1)
    [first, _] = await desk.come("aa")
    busy = [*desk.served]
    await desk.leave(first)

    assert (busy, desk.served) == (["a"], ["a", "a"])


async def test_owners_take_turns_however_many_wait_for_one_of_them() -> None:
    desk = Desk(1)
    tasks = [*await desk.come("aaaa"), *await desk.come("bb"), *await desk.come("c")]
    order = [0, 1, 4, 6, 2, 5, 3]
    for place in order:
        await desk.leave(tasks[place])

    assert "".join(desk.served) == "aabcaba"


async def test_as_many_wait_as_may_of_one_owner_and_of_all() -> None:
    desk = Desk(1, waiting=3, each=2)
    [_, *waiting] = await desk.come("aaaa")
    await desk.come("b")
    [refused] = await desk.come("c")

    assert [task.done() for task in waiting] == [False, False, True]
    assert type(waiting[-1].exception()) is type(refused.exception()) is QueueFull


async def test_a_wait_past_the_limit_is_an_error() -> None:
    desk = Desk(1)
    [first] = await desk.come("a")
    [late] = await desk.come("b", within=0)
    await asyncio.wait([late])
    await desk.leave(first)
    await desk.come("c")

    assert isinstance(late.exception(), QueueFull)
    assert desk.served == ["a", "c"]


@pytest.mark.parametrize("turns", range(5))
async def test_who_gives_up_as_the_turn_comes_leaves_it_to_the_next(turns: int) -> None:
    desk = Desk(1)
    [first, gone, _] = await desk.come("abc")
    leaving = asyncio.create_task(desk.leave(first))
    for _ in range(turns):
        await asyncio.sleep(0)
    gone.cancel()
    await leaving
    await settled()

    assert gone.cancelled()
    assert desk.served in (["a", "c"], ["a", "b", "c"])
