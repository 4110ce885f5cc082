"""Whether this process is on its way out: shared by the edge, readiness and whoever stops it."""

import asyncio


class Draining:
    """Once begun, every answer closes its connection, so that clients move to another process.

    Answers without an end of their own wait for it, and end.
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
