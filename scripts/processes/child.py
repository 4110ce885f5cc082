"""Child processes: `forge` commands run under supervision, which end with this process."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from application.concurrency.supervision import Supervisor

STOP_SECONDS: Final = 4.0
SOURCES: Final = Path(__file__).parents[2]


class ChildEnded(Exception):
    """A child ended unasked; supervision starts it again after a pause."""


class Child:
    """One child; it inherits the descriptors ``pass_fds`` under the same numbers."""

    def __init__(self, name: str, arguments: Sequence[str], pass_fds: Sequence[int] = ()) -> None:
        self.name = name
        self._arguments = arguments
        self._pass_fds = pass_fds
        self._process: asyncio.subprocess.Process | None = None
        self._pipe: int | None = None
        self._stopping = False

    async def run(self) -> None:
        """Run the child once; raises ``ChildEnded`` unless it was stopped."""
        if self._stopping:
            return
        reading, self._pipe = os.pipe()
        try:
            self._process = await self._spawn(reading)
        finally:
            os.close(reading)
        try:
            status = await self._process.wait()
        finally:
            self._close_pipe()
        if not self._stopping:
            raise ChildEnded(f"{self.name} ended with status {status}")

    def stop(self) -> None:
        """Ask the child to end, by closing its standard input; ``wait`` waits for it."""
        self._stopping = True
        self._close_pipe()

    async def wait(self) -> None:
        """Wait for the end, and kill the child after ``STOP_SECONDS``."""
        if self._process is None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _spawn(self, stdin: int) -> asyncio.subprocess.Process:
        """Run the same code in any working directory, which has no part in its imports."""
        path = filter(None, [str(SOURCES), os.environ.get("PYTHONPATH")])
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "scripts.forge", *self._arguments),
            stdin=stdin,
            stdout=asyncio.subprocess.DEVNULL,  # its announcement is for those who start it by hand
            pass_fds=self._pass_fds,
            start_new_session=True,  # Ctrl-C at the terminal goes to this process alone
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


class Children:
    """The children of a process: started one by one, stopped together."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._children: list[Child] = []
        self._supervisor = supervisor

    def start(self, *children: Child) -> None:
        for child in children:
            self._children.append(child)
            self._supervisor.start(child.name, child.run)

    def stop(self) -> None:
        for child in self._children:
            child.stop()

    async def wait(self) -> None:
        await asyncio.gather(*(child.wait() for child in self._children))


@asynccontextmanager
async def child_processes(supervisor: Supervisor) -> AsyncIterator[Children]:
    """Stop all children on leaving."""
    children = Children(supervisor)
    try:
        yield children
    finally:
        children.stop()
        await children.wait()
