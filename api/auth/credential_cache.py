"""What credentials were worth when they were last looked up: kept for five seconds.

What is revoked dies within that time on every process.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from application.concurrency.batcher import Batcher

Worth = TypeVar("Worth")

SECONDS: Final = 5.0
MAX_ENTRIES: Final = 50_000
EXPIRED: Final = (0.0, None)


class CredentialCache(Generic[Worth]):
    """``look_up`` goes from digests of credentials to their worth; together they share a query."""

    def __init__(self, look_up: Callable[[Sequence[str]], Awaitable[Mapping[str, Worth]]]) -> None:
        self._look_up = look_up
        self._lookups = Batcher[str, Worth | None](self._found)
        self._kept: OrderedDict[str, tuple[float, Worth | None]] = OrderedDict()

    async def get(self, digest: str) -> Worth | None:
        until, worth = self._kept.get(digest, EXPIRED)
        if until < time.monotonic():
            worth = self._keep(digest, await self._lookups.ask(digest))
        return worth

    def _keep(self, digest: str, worth: Worth | None) -> Worth | None:
        self._kept[digest] = (time.monotonic() + SECONDS, worth)
        self._kept.move_to_end(digest)
        if len(self._kept) > MAX_ENTRIES:
            self._kept.popitem(last=False)
        return worth

    async def _found(self, digests: Sequence[str]) -> Sequence[Worth | None]:
        known = await self._look_up(digests)
        return [known.get(digest) for digest in digests]
