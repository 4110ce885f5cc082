"""Graceful shutdown: a flag that the edge, readiness and event streams share."""

import asyncio


class Draining:
    """Set when shutdown begins: responses then close their connections, and streams end.

    Closed connections make clients reconnect, to another process.
    """

    __slots__ = ("_begun",)

    def __init__(self) -> None:
        self._begun = asyncio.Event()

    @property
    def begun(self) -> bool:
        return self._begun.is_set()

    def begin(self) -> None:
        self._begun.set()

    async def wait(self) -> None:
        await self._begun.wait()
