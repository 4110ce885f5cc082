"""Supervision of background tasks: restarts with backoff, failures counted and reported.

An exception in one task ends neither the process nor other tasks (safety.md, background tasks).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import msgspec

FIRST_PAUSE: Final = 0.1
MAX_PAUSE: Final = 5.0


class Halt(Exception):
    """Raised by a task that must not be restarted before an operator has acted."""


class Health(msgspec.Struct):
    """Health of a task; ``error`` is its last one, ``failed_at`` is loop time."""

    failures: int = 0
    error: str = ""
    failed_at: float = float("-inf")
    halted: bool = False


class Supervisor:
    """Runs tasks; ``report`` is called with the name and exception of every failure."""

    def __init__(self, report: Callable[[str, Exception], None]) -> None:
        self.tasks: dict[str, Health] = {}
        self._report = report
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a task until ``stop``; a task that runs already is left alone."""
        if name not in self._running:
            self.tasks[name] = Health()
            self._running[name] = asyncio.create_task(self._supervise(name, run), name=name)

    async def stop(self) -> None:
        await end(self._running.values())
        self._running.clear()

    def forgive(self, name: str) -> None:
        """Forget a task that has halted, so that it may be started again."""
        if name in self.tasks and self.tasks[name].halted:
            del self.tasks[name]
            self._running.pop(name).cancel()

    def failing(self) -> dict[str, str]:
        """Return the tasks that have halted or failed in the last ten seconds, with the error."""
        lately = asyncio.get_running_loop().time() - 2 * MAX_PAUSE
        return {
            name: health.error
            for name, health in self.tasks.items()
            if health.halted or health.failed_at > lately
        }

    async def _supervise(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        health, loop, pause = self.tasks[name], asyncio.get_running_loop(), FIRST_PAUSE
        while not health.halted:
            started = loop.time()
            try:
                return await run()
            except Exception as error:  # noqa: BLE001 - any exception restarts the task
                self._report(name, error)
                health.error, health.halted = repr(error), isinstance(error, Halt)
            health.failures, health.failed_at = health.failures + 1, loop.time()
            pause = FIRST_PAUSE if loop.time() - started > MAX_PAUSE else pause * 2
            await asyncio.sleep(min(pause, MAX_PAUSE))
        return None


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they end: an error raised just then can swallow a cancellation."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=0.2)
