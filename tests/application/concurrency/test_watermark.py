"""Watermarks: they rise, and wake their waiters."""

import asyncio

import pytest

from application.concurrency.watermark import Watermark

pytestmark = pytest.mark.anyio


async def test_waiters_wake_when_the_mark_is_reached() -> None:
    mark = Watermark()
    early, late = (asyncio.create_task(mark.reach(position)) for position in (3, 5))
    await asyncio.sleep(0)

    mark.advance(4)
    await early
    assert not late.done()

    mark.advance(5)
    await late


async def test_what_is_reached_already_needs_no_waiting() -> None:
    mark = Watermark()
    mark.advance(5)

    await asyncio.wait_for(mark.reach(5), timeout=1)


async def test_a_lower_position_is_old_news() -> None:
    mark = Watermark()
    mark.advance(5)

    mark.advance(3)

    assert mark.position == 5


async def test_a_reset_puts_the_mark_lower() -> None:
    mark = Watermark()
    mark.advance(5)

    mark.reset(2)

    assert mark.position == 2
    waiting = asyncio.create_task(mark.reach(4))
    await asyncio.sleep(0)
    assert not waiting.done()
    mark.advance(4)
    await waiting


async def test_a_reset_upwards_wakes_its_waiters() -> None:
    mark = Watermark()
    waiting = asyncio.create_task(mark.reach(4))
    await asyncio.sleep(0)

    mark.reset(4)

    await waiting


async def test_who_gives_up_is_forgotten() -> None:
    mark = Watermark()
    patient = asyncio.create_task(mark.reach(7))

    with pytest.raises(TimeoutError):
        await mark.reach(7, within=0.01)
    assert len(mark._waiting) == 1  # noqa: SLF001 - waiters do not show outside

    mark.advance(7)
    await patient
    assert mark._waiting == []  # noqa: SLF001


async def test_who_is_cancelled_is_forgotten() -> None:
    mark = Watermark()
    waiting = asyncio.create_task(mark.reach(7))
    await asyncio.sleep(0)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert mark._waiting == []  # noqa: SLF001


async def test_who_gives_up_leaves_the_others_in_their_order() -> None:
    mark = Watermark()
    others = [asyncio.create_task(mark.reach(position)) for position in (9, 4, 8, 6, 5)]
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await mark.reach(7, within=0.01)

    reached = []
    for position in range(4, 10):
        mark.advance(position)
        await asyncio.sleep(0)
        reached.append(sum(task.done() for task in others))

    assert reached == [1, 2, 3, 3, 4, 5]


async def test_who_is_reached_and_cancelled_at_once_leaves_nothing() -> None:
    mark = Watermark()
    waiting = asyncio.create_task(mark.reach(3))
    await asyncio.sleep(0)

    mark.advance(3)
    waiting.cancel()
    mark.reset(0)
    await asyncio.wait([waiting])

    assert mark._waiting == []  # noqa: SLF001
