"""Rate limiter on Redis, by its own clock; concurrent requests are counted in one call.

While Redis does not answer, requests fail at once, except one a second that tries it again.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from adapters.redis.script import Script
from application.concurrency.batcher import Batcher
from application.limits.rate_limits import LimiterFailed, RateLimitStatus
from domain.limits.rates import Rate

SCRIPT: Final = Path(__file__).with_name("limiter.lua").read_text()
PREFIX: Final = "limit:"
TIMEOUT_SECONDS: Final = 0.25
RETRY_SECONDS: Final = 1.0
MICRO: Final = 1_000_000

Uses: TypeAlias = tuple[tuple[str, Rate], ...]
Groups: TypeAlias = dict[Uses, list[int]]
"""Places in a batch of the requests of one caller against the same rates."""


def limiter_client(redis_url: str) -> Redis:
    """Return a client without timeouts of its own: ``RedisLimiter`` sets them."""
    return Redis.from_url(
        redis_url,
        socket_timeout=None,
        socket_connect_timeout=None,
        retry=Retry(NoBackoff(), 1),  # for connections that died while they were idle
    )


class RedisLimiter:
    """Implements ``application.limits.rate_limits.Limiter``."""

    def __init__(self, redis: Redis) -> None:
        self._script = Script(redis, SCRIPT)
        self._batcher = Batcher[Uses, RateLimitStatus](self._take)
        self._retry_at = 0.0

    async def take(self, uses: Sequence[tuple[str, Rate]]) -> RateLimitStatus:
        if asyncio.get_running_loop().time() < self._retry_at:
            raise LimiterFailed
        return await self._batcher.ask(tuple(uses))

    async def _take(self, batch: Sequence[Uses]) -> Sequence[RateLimitStatus]:
        """Count a batch; requests of the same caller against the same rates form one group."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._retry_at:
            raise LimiterFailed
        groups = _groups(batch)
        keys = [PREFIX + subject for uses in groups for subject, _ in uses]
        try:
            async with _response_timeout():
                answer = await self._script(keys, _arguments(groups))
        except (RedisError, OSError, TimeoutError) as error:
            self._retry_at = loop.time() + RETRY_SECONDS
            raise LimiterFailed from error
        return _statuses(groups, [float(each) for each in answer])


@asynccontextmanager
async def _response_timeout() -> AsyncIterator[None]:
    """Time out after ``TIMEOUT_SECONDS``, but not because this process itself was paused.

    After a pause of the loop all timers are due at once. The second half of the timeout starts
    only when the first is over, which leaves time to read a response that has arrived.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        half = loop.call_later(
            TIMEOUT_SECONDS / 2, lambda: limit.reschedule(loop.time() + TIMEOUT_SECONDS / 2)
        )
        try:
            yield
        finally:
            half.cancel()


def _groups(batch: Sequence[Uses]) -> Groups:
    groups: Groups = {}
    for place, uses in enumerate(batch):
        groups.setdefault(uses, []).append(place)
    return groups


def _arguments(groups: Groups) -> list[int | float]:
    arguments: list[int | float] = [len(groups)]
    for uses, places in groups.items():
        arguments += [len(places), len(uses)]
        for _, rate in uses:
            arguments += [_interval(rate), rate.seconds * MICRO]
    return arguments


def _statuses(groups: Groups, answer: Sequence[float]) -> Sequence[RateLimitStatus]:
    """Return the status of each request of a batch; the first ones of a group are admitted."""
    now, start = answer[0], 1
    statuses: dict[int, RateLimitStatus] = {}
    for uses, places in groups.items():
        admitted, before = int(answer[start]), answer[start + 1 : start + 1 + len(uses)]
        start += 1 + len(uses)
        for number, place in enumerate(places, 1):
            statuses[place] = _status(uses, before, now, number, admitted)
    return [statuses[place] for place in range(len(statuses))]


def _status(
    uses: Uses, before: Sequence[float], now: float, number: int, admitted: int
) -> RateLimitStatus:
    """Return the status of the tightest rate after request ``number`` of a group."""
    counted = min(number, admitted)
    tightest: RateLimitStatus | None = None
    for (_, rate), base in zip(uses, before, strict=True):
        due, period = base + counted * _interval(rate), rate.seconds * MICRO
        remaining = max(0, int((now + period - due) / _interval(rate) + 1e-6))
        wait = max(1.0, due + _interval(rate) - period - now) if number > admitted else 0.0
        status = RateLimitStatus(rate.limit, remaining, due / MICRO, wait / MICRO)
        if tightest is None or _tighter(status, tightest):
            tightest = status
    assert tightest is not None  # noqa: S101 - a request names at least one rate
    return tightest


def _tighter(one: RateLimitStatus, other: RateLimitStatus) -> bool:
    return (-one.wait, one.remaining) < (-other.wait, other.remaining)


def _interval(rate: Rate) -> float:
    return rate.seconds * MICRO / rate.limit
