"""Rate limits and their port; those of authentication fail closed, the others open."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple, Protocol

from application.telemetry.instruments import Counter
from domain.limits.rates import Rate
from domain.refusals import RateLimited, Unavailable


class Use(NamedTuple):
    """One request counted against one rate; ``subject`` is whose requests are counted together."""

    name: str
    subject: str


class RateLimitStatus(NamedTuple):
    """State of the tightest rate of a request.

    ``reset`` is when the full limit is available again, in seconds since the epoch; ``wait`` is in
    seconds: 0 when the request was admitted.
    """

    limit: int
    remaining: int
    reset: float
    wait: float


class Exceeded(RateLimited):
    """A rate limit was exceeded; ``retry_after`` is in seconds."""

    message = "Too many requests. Retry-After says when the next one is welcome."

    def __init__(self, status: RateLimitStatus) -> None:
        super().__init__()
        self.status = status
        self.retry_after = max(1, ceil(status.wait))


class LimiterFailed(Exception):
    """The limiter does not answer, so the request was not counted."""


class LimiterUnavailable(Unavailable):
    code = "LIMITER_UNAVAILABLE"
    message = "The rate limiter is unavailable, and this needs it. Try again shortly."


class Limiter(Protocol):
    async def take(self, uses: Sequence[tuple[str, Rate]]) -> RateLimitStatus:
        """Count one request against all rates of a caller, or against none if one is used up.

        Each use is a subject and the rate that applies to it. Raises ``LimiterFailed``.
        """
        ...


class Limits:
    """Admits or refuses requests; ``uncounted`` counts those for which the limiter failed."""

    def __init__(self, limiter: Limiter, rates: Mapping[str, Rate], uncounted: Counter) -> None:
        self._limiter = limiter
        self._rates = rates
        self._uncounted = uncounted

    async def admit(self, *uses: Use) -> RateLimitStatus | None:
        """Count a request; raises ``Exceeded``. Returns ``None`` when the limiter failed."""
        try:
            return await self._take(uses)
        except LimiterFailed:
            self._uncounted.add("open")
            return None

    async def require(self, *uses: Use) -> RateLimitStatus:
        """Count a request; raises ``Exceeded``, or ``LimiterUnavailable``."""
        try:
            return await self._take(uses)
        except LimiterFailed as error:
            self._uncounted.add("closed")
            raise LimiterUnavailable from error

    async def _take(self, uses: Sequence[Use]) -> RateLimitStatus:
        rated = [(f"{use.name}:{use.subject}", self._rates[use.name]) for use in uses]
        status = await self._limiter.take(rated)
        if status.wait:
            raise Exceeded(status)
        return status
