"""A cache of credential lookups: entries live for five seconds.

So a revoked credential stops working within that time in every process.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from application.concurrency.batcher import Batcher

Value = TypeVar("Value")

SECONDS: Final = 5.0
MAX_ENTRIES: Final = 50_000
MISSING: Final = (0.0, None)


class CredentialCache(Generic[Value]):
    """``look_up`` maps digests of credentials to values; concurrent lookups share one query."""

    def __init__(self, look_up: Callable[[Sequence[str]], Awaitable[Mapping[str, Value]]]) -> None:
        self._look_up = look_up
        self._lookups = Batcher[str, Value | None](self._query)
        self._entries: OrderedDict[str, tuple[float, Value | None]] = OrderedDict()

    def cached(self, digest: str) -> Value | None:
        """Return a credential's value if it was looked up in the last five seconds."""
        expires_at, value = self._entries.get(digest, MISSING)
        return value if expires_at >= time.monotonic() else None

    async def get(self, digest: str) -> Value | None:
        expires_at, value = self._entries.get(digest, MISSING)
        if expires_at < time.monotonic():
            value = self._store(digest, await self._lookups.ask(digest))
        return value

    def _store(self, digest: str, value: Value | None) -> Value | None:
        self._entries[digest] = (time.monotonic() + SECONDS, value)
        self._entries.move_to_end(digest)
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)
        return value

    async def _query(self, digests: Sequence[str]) -> Sequence[Value | None]:
        values = await self._look_up(digests)
        return [values.get(digest) for digest in digests]
