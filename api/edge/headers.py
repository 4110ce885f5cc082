"""Headers of every response: security, caching, request id, rate limits."""

from collections.abc import Iterable
from math import ceil
from typing import Final, TypeAlias

from application.limits.rate_limits import RateLimitStatus

Header: TypeAlias = tuple[bytes, bytes]
"""As ``api.request.Header``, which loads Litestar: roles without HTTP load the access log only."""

SECURITY_HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
NO_RESOURCES: Final = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'",
)
# Documents are private. A response with an ETag may be cached, and is revalidated every time.
NO_STORE: Final = (b"cache-control", b"no-store")
REVALIDATE: Final = (b"cache-control", b"private, no-cache")
CONNECTION_CLOSE: Final = (b"connection", b"close")


def with_standard_headers(response_headers: Iterable[Header], request_id: bytes) -> list[Header]:
    """Add our headers to a response's; a CSP or cache policy of the handler stays."""
    headers = [*response_headers, *SECURITY_HEADERS, (b"x-request-id", request_id)]
    names = dict(headers)
    if b"cache-control" not in names:
        headers.append(REVALIDATE if b"etag" in names else NO_STORE)
    if b"content-security-policy" not in names:
        headers.append(NO_RESOURCES)
    return headers


def rate_limit_headers(status: RateLimitStatus) -> tuple[Header, ...]:
    """Return the ``X-RateLimit-*`` headers of the tightest rate (wire.md, rate limits)."""
    return (
        (b"x-ratelimit-limit", b"%d" % status.limit),
        (b"x-ratelimit-remaining", b"%d" % status.remaining),
        (b"x-ratelimit-reset", b"%d" % ceil(status.reset)),
    )
