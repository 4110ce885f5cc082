"""Headers that every answer carries, whichever handler made it."""

from collections.abc import Iterable
from math import ceil
from typing import Final

from api.request import Header
from application.limits.rate_limits import RateLimitStatus

STANDARD: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
NOTHING_LOADS: Final = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'",
)
# Documents are private. What has an ETag may be kept by its reader, and is asked for again.
NOT_KEPT: Final = (b"cache-control", b"no-store")
REVALIDATED: Final = (b"cache-control", b"private, no-cache")
CLOSE: Final = (b"connection", b"close")


def completed(given: Iterable[Header], request_id: bytes) -> list[Header]:
    """Return an answer's headers with ours; a handler's own page or cache policy stands."""
    headers = [*given, *STANDARD, (b"x-request-id", request_id)]
    names = dict(headers)
    if b"cache-control" not in names:
        headers.append(REVALIDATED if b"etag" in names else NOT_KEPT)
    if b"content-security-policy" not in names:
        headers.append(NOTHING_LOADS)
    return headers


def told(standing: RateLimitStatus) -> tuple[Header, ...]:
    """Tell how a caller stands by the tightest rate (wire.md, rate limits)."""
    return (
        (b"x-ratelimit-limit", b"%d" % standing.limit),
        (b"x-ratelimit-remaining", b"%d" % standing.remaining),
        (b"x-ratelimit-reset", b"%d" % ceil(standing.reset)),
    )
