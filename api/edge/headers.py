"""Headers of every response: security, caching, request id, rate limits."""

from collections.abc import Iterable
from math import ceil
from typing import Final, NamedTuple, TypeAlias

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


class Block(NamedTuple):
    """Constant headers, and their lines in a response's head."""

    headers: tuple[Header, ...]
    lines: bytes


class ResponseHeaders(list[Header]):
    """Headers of a response, of which the first are those of a block."""

    __slots__ = ("block",)

    def __init__(self, block: Block) -> None:
        super().__init__(block.headers)
        self.block = block


def _block(*headers: Header) -> Block:
    both = (*SECURITY_HEADERS, *headers)
    return Block(both, b"".join(b"%b: %b\r\n" % header for header in both))


_BLOCKS: Final = {
    (cache, policy): _block(*(header for header in (cache, policy) if header))
    for cache in (None, NO_STORE, REVALIDATE)
    for policy in (None, NO_RESOURCES)
}


def with_standard_headers(headers: Iterable[Header], request_id: bytes) -> ResponseHeaders:
    """Add our headers to a response's; a CSP or cache policy of the handler stays."""
    names = dict(headers)
    cache = REVALIDATE if b"etag" in names else NO_STORE
    block = _BLOCKS[
        None if b"cache-control" in names else cache,
        None if b"content-security-policy" in names else NO_RESOURCES,
    ]
    together = ResponseHeaders(block)
    together += headers
    together.append((b"x-request-id", request_id))
    return together


def rate_limit_headers(status: RateLimitStatus) -> tuple[Header, ...]:
    """Return the ``X-RateLimit-*`` headers of the tightest rate (wire.md, rate limits)."""
    return (
        (b"x-ratelimit-limit", b"%d" % status.limit),
        (b"x-ratelimit-remaining", b"%d" % status.remaining),
        (b"x-ratelimit-reset", b"%d" % ceil(status.reset)),
    )
