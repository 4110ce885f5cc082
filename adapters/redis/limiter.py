"""Rate limits in Redis, by its own clock: one call for all who ask in the same moment.

While Redis is away nobody waits for it but one request a second, which looks whether it is back.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from application.concurrency.batcher import Batcher
from application.limits.rate_limits import LimiterAway, RateLimitStatus
from domain.limits.rates import Rate

SCRIPT: Final = Path(__file__).with_name("limiter.lua").read_text()
PREFIX: Final = "limit:"
PATIENCE_SECONDS: Final = 0.25
AWAY_SECONDS: Final = 1.0
MICRO: Final = 1_000_000

Uses: TypeAlias = tuple[tuple[str, Rate], ...]


def limiting_redis(redis_url: str) -> Redis:
    """Return a client whose caller says how long it waits."""
    return Redis.from_url(
        redis_url,
        socket_timeout=None,
        socket_connect_timeout=None,
        retry=Retry(NoBackoff(), 1),  # for connections that died while they were idle
    )


class RedisLimiter:
    """Implements ``application.limits.rate_limits.Limiter``."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(SCRIPT)
        self._asked = Batcher[Uses, RateLimitStatus](self._take)
        self._away_until = 0.0

    async def take(self, uses: Sequence[tuple[str, Rate]]) -> RateLimitStatus:
        if asyncio.get_running_loop().time() < self._away_until:
            raise LimiterAway
        return await self._asked.ask(tuple(uses))

    async def _take(self, asked: Sequence[Uses]) -> Sequence[RateLimitStatus]:
        """Ask for all; requests against the same rates of the same caller count as one group."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._away_until:
            raise LimiterAway
        groups = Counter(asked)
        keys = [PREFIX + subject for uses in groups for subject, _ in uses]
        try:
            async with _patience():
                answer = await self._script(keys, _arguments(groups))
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = loop.time() + AWAY_SECONDS
            raise LimiterAway from error
        return _standings(asked, groups, [float(each) for each in answer])


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    """Give up in time, but not for a pause of this process: what has come meanwhile is read first.

    When a loop wakes late, whatever was due is due at once. Half of the time is not counted
    until it is over, so a pause, however long, leaves the other half to read the answer in.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        half = loop.call_later(
            PATIENCE_SECONDS / 2, lambda: limit.reschedule(loop.time() + PATIENCE_SECONDS / 2)
        )
        try:
            yield
        finally:
            half.cancel()


def _arguments(groups: Counter[Uses]) -> list[int | float]:
    arguments: list[int | float] = [len(groups)]
    for uses, requests in groups.items():
        arguments += [requests, len(uses)]
        for _, rate in uses:
            arguments += [_each(rate), rate.seconds * MICRO]
    return arguments


def _standings(
    asked: Sequence[Uses], groups: Counter[Uses], answer: Sequence[float]
) -> Sequence[RateLimitStatus]:
    """Give each request its place in its group: the first ones are taken, the others wait."""
    now, place = answer[0], 1
    stood: dict[Uses, tuple[int, Sequence[float]]] = {}
    for uses in groups:
        stood[uses] = int(answer[place]), answer[place + 1 : place + 1 + len(uses)]
        place += 1 + len(uses)
    numbers, standings = Counter[Uses](), list[RateLimitStatus]()
    for uses in asked:
        numbers[uses] += 1
        taken, before = stood[uses]
        standings.append(_standing(uses, before, now, numbers[uses], taken))
    return standings


def _standing(
    uses: Uses, before: Sequence[float], now: float, number: int, taken: int
) -> RateLimitStatus:
    """Tell how the tightest rate stands after the so-many-th request of a group."""
    counted = min(number, taken)
    tightest: RateLimitStatus | None = None
    for (_, rate), stood in zip(uses, before, strict=True):
        due, period = stood + counted * _each(rate), rate.seconds * MICRO
        remaining = max(0, int((now + period - due) / _each(rate) + 1e-6))
        wait = max(1.0, due + _each(rate) - period - now) if number > taken else 0.0
        standing = RateLimitStatus(rate.limit, remaining, due / MICRO, wait / MICRO)
        if tightest is None or _tighter(standing, tightest):
            tightest = standing
    assert tightest is not None  # noqa: S101 - somebody asks for something
    return tightest


def _tighter(one: RateLimitStatus, other: RateLimitStatus) -> bool:
    return (-one.wait, one.remaining) < (-other.wait, other.remaining)


def _each(rate: Rate) -> float:
    return rate.seconds * MICRO / rate.limit
