"""What credentials were worth when they were last looked up: kept for five seconds.

What is revoked dies within that time on every process.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from api.access.caller import Caller
from application.batcher import Batcher

SECONDS: Final = 5.0
MOST: Final = 50_000
EXPIRED: Final = (0.0, None)

LookUp = Callable[[Sequence[str]], Awaitable[Mapping[str, Caller]]]
"""From digests of credentials to the callers they stand for."""


class Remembered:
    """Concurrent lookups share one query."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._lookups = Batcher[str, Caller | None](self._found)
        self._kept: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()

    async def caller(self, digest: str) -> Caller | None:
        until, caller = self._kept.get(digest, EXPIRED)
        if until < time.monotonic():
            caller = self._keep(digest, await self._lookups.ask(digest))
        return caller

    def _keep(self, digest: str, caller: Caller | None) -> Caller | None:
        self._kept[digest] = (time.monotonic() + SECONDS, caller)
        self._kept.move_to_end(digest)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return caller

    async def _found(self, digests: Sequence[str]) -> Sequence[Caller | None]:
        known = await self._look_up(digests)
        return [known.get(digest) for digest in digests]
