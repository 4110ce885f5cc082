"""Port: who has asked too often. Limits that guard a door fail closed, the others open."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple, Protocol

from application.telemetry.instruments import Counter
from domain.limits.rates import Rate
from domain.refusals import RateLimited, Unavailable


class Use(NamedTuple):
    """One request of somebody's, against one rate: ``subject`` is theirs under that name."""

    name: str
    subject: str


class RateLimitStatus(NamedTuple):
    """How a subject stands by the tightest rate; ``reset`` is when all of it is there again.

    ``reset`` is in seconds since the epoch, ``wait`` in seconds: 0, when the request was taken.
    """

    limit: int
    remaining: int
    reset: float
    wait: float


class Exceeded(RateLimited):
    """Asked too often; ``standing`` says how it stands."""

    message = "Too many requests. Retry-After says when the next one is welcome."

    def __init__(self, standing: RateLimitStatus) -> None:
        super().__init__()
        self.standing = standing
        self.retry_after = max(1, ceil(standing.wait))


class LimiterAway(Exception):
    """Nobody can say who has asked how often."""


class LimiterUnavailable(Unavailable):
    code = "LIMITER_UNAVAILABLE"
    message = "This cannot be allowed while nobody counts how often it is asked for."


class Limiter(Protocol):
    async def take(self, uses: Sequence[tuple[str, Rate]]) -> RateLimitStatus:
        """Count one request against all rates of a caller, or against none if one is used up.

        Each use is a subject, under a name of its own, with the rate that it may ask at. Raises
        ``LimiterAway``.
        """
        ...


class Limits:
    """``away`` counts requests that nobody counted."""

    def __init__(self, limiter: Limiter, rates: Mapping[str, Rate], away: Counter) -> None:
        self._limiter = limiter
        self._rates = rates
        self._away = away

    async def admit(self, *uses: Use) -> RateLimitStatus | None:
        """Count a request; raises ``Exceeded``. ``None``: it passes, though nobody counts."""
        try:
            return await self._taken(uses)
        except LimiterAway:
            self._away.add("open")
            return None

    async def require(self, *uses: Use) -> RateLimitStatus:
        """Count a request; raises ``Exceeded``, or ``LimiterUnavailable`` when nobody counts."""
        try:
            return await self._taken(uses)
        except LimiterAway as error:
            self._away.add("closed")
            raise LimiterUnavailable from error

    async def _taken(self, uses: Sequence[Use]) -> RateLimitStatus:
        rated = [(f"{use.name}:{use.subject}", self._rates[use.name]) for use in uses]
        standing = await self._limiter.take(rated)
        if standing.wait:
            raise Exceeded(standing)
        return standing
