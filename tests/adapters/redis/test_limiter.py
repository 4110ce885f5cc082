"""The rate limiter on a real server: counts, headers, and failure of the server."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from adapters.redis.limiter import RETRY_SECONDS, TIMEOUT_SECONDS, RedisLimiter, limiter_client
from application.limits.rate_limits import LimiterFailed, RateLimitStatus
from domain.limits.rates import Rate
from tests.support.servers.mortal_valkey import MortalValkey
from tests.support.waiting import eventually

pytestmark = pytest.mark.anyio

HOUR: Final = 3_600
SLOW: Final = Rate(5, HOUR)
FAST: Final = Rate(100, 1)
slowly = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with limiter_client(redis_url) as redis:
        yield redis


@pytest.fixture
def limiter(redis: Redis) -> RedisLimiter:
    return RedisLimiter(redis)


@pytest.fixture
def valkey() -> Iterator[MortalValkey]:
    with TemporaryDirectory(prefix="forge-") as directory:  # a socket's path must be short
        valkey = MortalValkey(Path(directory))
        yield valkey
        valkey.stop()


def subject() -> str:
    return uuid4().hex


async def test_a_burst_of_the_whole_rate_is_taken_and_no_more(limiter: RedisLimiter) -> None:
    key = subject()
    standings = [await limiter.take([(key, SLOW)]) for _ in range(7)]

    assert [standing.remaining for standing in standings] == [4, 3, 2, 1, 0, 0, 0]
    assert [bool(standing.wait) for standing in standings] == [False] * 5 + [True] * 2
    assert {standing.limit for standing in standings} == {5}
    assert standings[5].wait == pytest.approx(HOUR / 5, abs=5)
    assert standings[4].reset == pytest.approx(time.time() + HOUR, abs=5)


async def test_what_was_used_comes_back_evenly(limiter: RedisLimiter) -> None:
    key = subject()
    for _ in range(FAST.limit):
        await limiter.take([(key, FAST)])
    refused = await limiter.take([(key, FAST)])

    async def taken_again() -> bool:
        return not (await limiter.take([(key, FAST)])).wait

    assert 0 < refused.wait <= 1 / FAST.limit + 0.001 or not refused.wait
    await eventually(taken_again, within=1)


async def test_requests_of_one_moment_are_counted_one_by_one(limiter: RedisLimiter) -> None:
    key = subject()
    standings = await asyncio.gather(*(limiter.take([(key, SLOW)]) for _ in range(8)))

    assert [standing.remaining for standing in standings] == [4, 3, 2, 1, 0, 0, 0, 0]
    assert sum(not standing.wait for standing in standings) == 5


@slowly
@given(
    asked=st.lists(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True), max_size=30
    ),
    limits=st.fixed_dictionaries(dict.fromkeys("abc", st.integers(1, 6))),
    together=st.booleans(),
)
async def test_a_refused_request_is_counted_nowhere(
    limiter: RedisLimiter, asked: list[list[str]], limits: dict[str, int], *, together: bool
) -> None:
    """Against a model: nothing comes back within a test when a period is an hour."""
    run = subject()
    uses = [[(f"{run}{name}", Rate(limits[name], HOUR)) for name in names] for names in asked]
    if together:
        standings = list(await asyncio.gather(*(limiter.take(use) for use in uses)))
    else:
        standings = [await limiter.take(use) for use in uses]

    used = dict.fromkeys("abc", 0)
    for names, standing in _in_order_of_counting(asked, standings, together=together):
        free = all(used[name] < limits[name] for name in names)
        assert (standing.wait == 0) is free
        for name in names if free else ():
            used[name] += 1
        assert standing.remaining == min(limits[name] - used[name] for name in names)


async def test_subjects_do_not_meet(limiter: RedisLimiter) -> None:
    mine, theirs = subject(), subject()
    for _ in range(6):
        await limiter.take([(mine, SLOW)])

    assert (await limiter.take([(theirs, SLOW)])).remaining == 4


async def test_what_is_no_longer_needed_expires(limiter: RedisLimiter, redis: Redis) -> None:
    key = subject()
    await limiter.take([(key, Rate(1, HOUR))])

    assert 0 < await redis.ttl(f"limit:{key}") <= HOUR


async def test_a_server_without_the_script_gets_it_again(
    limiter: RedisLimiter, redis: Redis
) -> None:
    key = subject()
    await limiter.take([(key, SLOW)])
    await redis.script_flush()

    assert (await limiter.take([(key, SLOW)])).remaining == 3


async def test_a_connection_that_died_while_it_was_idle_is_opened_again(
    limiter: RedisLimiter, redis: Redis
) -> None:
    key = subject()
    await limiter.take([(key, SLOW)])
    await redis.client_kill_filter(_type="normal", skipme=True)

    assert (await limiter.take([(key, SLOW)])).remaining == 3


async def test_a_late_response_is_not_taken_for_that_of_the_next_request(
    valkey: MortalValkey,
) -> None:
    valkey.start()
    await eventually(valkey.answers)
    async with limiter_client(valkey.url) as redis:
        limiter = RedisLimiter(redis)
        await limiter.take([(subject(), SLOW)])
        await redis.client_pause(int(2_000 * TIMEOUT_SECONDS), all=True)
        with pytest.raises(LimiterFailed):
            await limiter.take([(subject(), Rate(7, HOUR))])

        async def counted() -> bool:
            with suppress(LimiterFailed):
                remaining.append((await limiter.take([(subject(), SLOW)])).remaining)
            return bool(remaining)

        remaining: list[int] = []
        await eventually(counted, within=5)

    assert remaining == [4]


async def test_while_the_server_is_away_few_requests_wait_for_it(valkey: MortalValkey) -> None:
    valkey.start()
    await eventually(valkey.answers)
    async with limiter_client(valkey.url) as redis:
        limiter, key = RedisLimiter(redis), subject()
        await limiter.take([(key, SLOW)])
        valkey.stop()
        began = time.perf_counter()
        for _ in range(50):
            with pytest.raises(LimiterFailed):
                await limiter.take([(key, SLOW)])
        waited = time.perf_counter() - began
        valkey.start()

        async def back() -> bool:
            try:
                await limiter.take([(key, SLOW)])
            except LimiterFailed:
                return False
            return True

        await eventually(back, within=5)

    assert waited < RETRY_SECONDS


@pytest.mark.parametrize("turns", [0, 4, 8, 12])
async def test_a_pause_of_this_process_is_not_taken_for_a_silent_server(
    limiter: RedisLimiter, turns: int
) -> None:
    await limiter.take([(subject(), SLOW)])
    asked = asyncio.create_task(limiter.take([(subject(), SLOW)]))
    for _ in range(turns):
        await asyncio.sleep(0)
    time.sleep(2 * TIMEOUT_SECONDS)  # noqa: ASYNC251 - nothing in the process goes on

    assert (await asked).remaining == 4


async def test_requests_that_wait_for_a_silent_server_are_let_go_together() -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, limiter_client(f"redis://127.0.0.1:{port}/0") as redis:
        limiter = RedisLimiter(redis)
        began = time.perf_counter()
        outcomes = await asyncio.gather(
            *(limiter.take([(subject(), SLOW)]) for _ in range(200)), return_exceptions=True
        )
        waited = time.perf_counter() - began

    assert {type(outcome) for outcome in outcomes} == {LimiterFailed}
    assert waited < 2 * RETRY_SECONDS


def _in_order_of_counting(
    asked: list[list[str]], standings: list[RateLimitStatus], *, together: bool
) -> Iterator[tuple[list[str], RateLimitStatus]]:
    """Put what was asked in one moment group by group, in the order in which they appeared."""
    pairs = list(zip(asked, standings, strict=True))
    groups = list(dict.fromkeys(map(tuple, asked)))
    if together:
        pairs.sort(key=lambda pair: groups.index(tuple(pair[0])))
    return iter(pairs)
