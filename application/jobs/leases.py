"""Nodes that carry out runs hold a lease; what only an expired one holds is orphaned (safety.md).

One lease covers all runs of a node: a run names its node in its first event, and costs no more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, Protocol

from application.eventstore.event_store import LogUnavailable

LEASE: Final = timedelta(seconds=15)
LEAVING_SECONDS: Final = 1.0
RENEWALS: Final = 3
"""Times a lease is renewed while it lasts."""


class Leases(Protocol):
    async def renew(self, node: str, lease: timedelta) -> None:
        """Hold a lease from now on, by the database's clock; raises ``LogUnavailable``."""
        ...

    async def release(self, node: str) -> None: ...


class Node:
    """A process, as the runs in its hands name it; one that never has any holds no lease."""

    def __init__(self, node_id: str, leases: Leases, lease: timedelta = LEASE) -> None:
        self.id = node_id
        self._leases = leases
        self._lease = lease
        self._wanted = asyncio.Event()
        self._held = asyncio.Event()

    async def held(self) -> None:
        """Return once there is a lease that others can see."""
        self._wanted.set()
        await self._held.wait()

    async def run(self) -> None:
        await self._wanted.wait()
        while True:
            await self._leases.renew(self.id, self._lease)
            self._held.set()
            await asyncio.sleep(self._lease.total_seconds() / RENEWALS)

    async def leave(self) -> None:
        """Give the lease back, where that takes no time: otherwise it runs out."""
        if self._held.is_set():
            with suppress(LogUnavailable, TimeoutError):
                async with asyncio.timeout(LEAVING_SECONDS):
                    await self._leases.release(self.id)


Orphans = Callable[[int], Awaitable[list[tuple[str, str]]]]
"""Up to so many (organisation, run id) that run on without anybody who holds a lease."""
