"""``forge`` with a limiter that counts nothing, to measure the cost of rate limiting."""

from collections.abc import Sequence
from unittest.mock import patch

from redis.asyncio import Redis

from application.limits.rate_limits import RateLimitStatus
from domain.limits.rates import Rate
from scripts.composition import web
from scripts.forge import main


class NoLimiter:
    """Implements ``application.limits.rate_limits.Limiter``."""

    def __init__(self, _: Redis) -> None:
        pass

    async def take(self, uses: Sequence[tuple[str, Rate]]) -> RateLimitStatus:
        limit = uses[0][1].limit
        return RateLimitStatus(limit, limit, 0.0, 0.0)


if __name__ == "__main__":
    with patch.object(web, "RedisLimiter", NoLimiter):
        main()
