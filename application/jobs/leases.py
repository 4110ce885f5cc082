"""Leases of the nodes that execute runs; the runs of an expired lease are orphans (safety.md).

One lease covers all runs of a node: a run names its node in its first event.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, Protocol

from application.eventstore.event_store import LogUnavailable

LEASE: Final = timedelta(seconds=15)
RELEASE_SECONDS: Final = 1.0
RENEWALS: Final = 3
"""Times a lease is renewed while it lasts."""


class Leases(Protocol):
    async def renew(self, node: str, lease: timedelta) -> None:
        """Renew a lease from now, by the database's clock; raises ``LogUnavailable``."""
        ...

    async def release(self, node: str) -> None: ...


class Node:
    """A process that executes runs; it holds no lease before its first run."""

    def __init__(self, node_id: str, leases: Leases, lease: timedelta = LEASE) -> None:
        self.id = node_id
        self._leases = leases
        self._lease = lease
        self._needed = asyncio.Event()
        self._held = asyncio.Event()

    async def acquire(self) -> None:
        """Wait until this node holds a lease that other processes can see."""
        self._needed.set()
        await self._held.wait()

    async def run(self) -> None:
        await self._needed.wait()
        while True:
            await self._leases.renew(self.id, self._lease)
            self._held.set()
            await asyncio.sleep(self._lease.total_seconds() / RENEWALS)

    async def release(self) -> None:
        """Release the lease within a second; otherwise it expires."""
        if self._held.is_set():
            with suppress(LogUnavailable, TimeoutError):
                async with asyncio.timeout(RELEASE_SECONDS):
                    await self._leases.release(self.id)


Orphans = Callable[[int], Awaitable[list[tuple[str, str]]]]
"""Returns up to so many (organisation, run id) of runs whose node has no valid lease."""
