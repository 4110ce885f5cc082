"""A `forge` process beside ours, run under supervision: it ends when we say so, or when we die."""

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
    """It was to run on; supervision starts it again after a pause."""


class Child:
    """``pass_fds`` are descriptors that it inherits under the same numbers."""

    def __init__(self, name: str, arguments: Sequence[str], pass_fds: Sequence[int] = ()) -> None:
        self.name = name
        self._arguments = arguments
        self._pass_fds = pass_fds
        self._process: asyncio.subprocess.Process | None = None
        self._pipe: int | None = None
        self._told = False

    async def run(self) -> None:
        """Run it once; raises ``ChildEnded`` unless it was told to end."""
        if self._told:
            return
        reading, self._pipe = os.pipe()
        try:
            self._process = await self._started(reading)
        finally:
            os.close(reading)
        try:
            status = await self._process.wait()
        finally:
            self._let_go()
        if not self._told:
            raise ChildEnded(f"{self.name} ended with status {status}")

    def tell(self) -> None:
        """Ask it to end; ``ended`` waits for it."""
        self._told = True
        self._let_go()

    async def ended(self) -> None:
        if self._process is None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _started(self, stdin: int) -> asyncio.subprocess.Process:
        """Run the same code wherever we are: the working directory has no say in imports."""
        path = filter(None, [str(SOURCES), os.environ.get("PYTHONPATH")])
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "scripts.forge", *self._arguments),
            stdin=stdin,
            stdout=asyncio.subprocess.DEVNULL,  # what it says is for one who starts it by hand
            pass_fds=self._pass_fds,
            start_new_session=True,  # Ctrl-C at the terminal is for us
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )

    def _let_go(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


class Children:
    """All of a process: each starts when there is something to do for it, and they end together."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._children: list[Child] = []
        self._supervisor = supervisor

    def start(self, *children: Child) -> None:
        for child in children:
            self._children.append(child)
            self._supervisor.start(child.name, child.run)

    def tell(self) -> None:
        for child in self._children:
            child.tell()

    async def ended(self) -> None:
        await asyncio.gather(*(child.ended() for child in self._children))


@asynccontextmanager
async def kept(supervisor: Supervisor) -> AsyncIterator[Children]:
    """Let none outlive the block."""
    family = Children(supervisor)
    try:
        yield family
    finally:
        family.tell()
        await family.ended()
