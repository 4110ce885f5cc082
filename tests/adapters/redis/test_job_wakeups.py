"""Job wake-ups over Redis, and polling without it."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.redis.job_wakeups import DramatiqWakeups
from tests.support.servers.mortal_valkey import MortalValkey
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
def valkey() -> Iterator[MortalValkey]:
    with tempfile.TemporaryDirectory(prefix="forge-") as directory:  # short, as sockets need
        valkey = MortalValkey(Path(directory))
        try:
            yield valkey
        finally:
            valkey.stop()


async def test_a_wake_up_reaches_the_loop_of_another_process(redis_url: str) -> None:
    heard = asyncio.Queue[str]()
    with closing(DramatiqWakeups(redis_url)) as sender, closing(DramatiqWakeups(redis_url)) as mine:
        async with mine.listen(heard.put_nowait):
            sender.send("mail")
            sender.send("purge")

            async with asyncio.timeout(5):
                assert {await heard.get(), await heard.get()} == {"mail", "purge"}


async def test_without_redis_sending_neither_fails_nor_waits() -> None:
    with closing(DramatiqWakeups("unix:///nowhere/valkey.sock")) as sender:
        began = time.monotonic()
        for number in range(1_000):
            sender.send(f"kind {number % 10}")

        assert time.monotonic() - began < 1


async def test_wake_ups_arrive_again_after_redis_has_been_away(valkey: MortalValkey) -> None:
    heard = set[str]()
    with closing(DramatiqWakeups(valkey.url)) as wakeups:

        async def woken_by(kind: str) -> bool:
            wakeups.send(kind)
            return kind in heard

        valkey.start()
        await eventually(valkey.answers)
        async with wakeups.listen(heard.add):
            await eventually(lambda: woken_by("before"))
            valkey.stop()
            wakeups.send("meanwhile")
            valkey.start()
            await eventually(lambda: woken_by("after"), within=15)


async def test_listening_ends_soon_though_redis_has_gone(valkey: MortalValkey) -> None:
    valkey.start()
    await eventually(valkey.answers)
    with closing(DramatiqWakeups(valkey.url)) as wakeups:
        heard = asyncio.Event()
        async with wakeups.listen(lambda _: heard.set()):
            wakeups.send("mail")
            await asyncio.wait_for(heard.wait(), 5)
            valkey.stop()
            began = time.monotonic()

    assert time.monotonic() - began < 4
