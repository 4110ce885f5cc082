"""Worker process: a Python process that answers one question after the other.

For work that would block the event loop, even from a thread. It reads questions from its standard
input and so ends with its parent, however that died. A worker that takes too long is killed, and
the next question starts another.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

ROOT: Final = Path(__file__).parents[2]
LENGTH: Final = 4
"""Bytes of the length prefix of each question and answer."""
NICE: Final = 5


BUFFER_BYTES: Final = 2**20
"""Buffer for an answer, in bytes."""


class WorkerProcessLost(Exception):
    """The worker ended before it had answered."""


class WorkerProcessSlow(WorkerProcessLost):
    """The worker took too long, and was killed."""


class WorkerProcess:
    """Runs ``module``, which calls ``answer_questions``; ``timeout`` is in seconds."""

    def __init__(self, module: str, *, timeout: float = 60.0) -> None:
        self._module = module
        self._timeout = timeout
        self._one_at_a_time = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def ask(self, question: bytes, *, within: float | None = None) -> bytes:
        """Return the answer to a question, by default within the worker's timeout, in seconds.

        Raises ``WorkerProcessSlow``, or ``WorkerProcessLost`` when it has died.
        """
        async with self._one_at_a_time:
            process = self._process or await self._start()
            try:
                async with asyncio.timeout(within or self._timeout):
                    return await _exchange(process, question)
            except BaseException as error:
                await self._end()
                if isinstance(error, TimeoutError):
                    raise WorkerProcessSlow(self._module) from error
                if isinstance(error, OSError | EOFError):
                    raise WorkerProcessLost(self._module) from error
                raise

    async def close(self) -> None:
        async with self._one_at_a_time:
            await self._end()

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self._module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=BUFFER_BYTES,
            start_new_session=True,  # its own children end with it
            env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)},
        )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:  # until then its pid is not reused
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


class WorkerPool:
    """A pool of workers; a question goes to a free one."""

    def __init__(self, processes: Iterable[WorkerProcess]) -> None:
        self._all = [*processes]
        self._free = asyncio.Queue[WorkerProcess]()
        for process in self._all:
            self._free.put_nowait(process)

    async def ask(self, question: bytes) -> bytes:
        """Return the answer to a question; raises as ``WorkerProcess.ask`` does."""
        process = await self._free.get()
        try:
            return await process.ask(question)
        finally:
            self._free.put_nowait(process)

    async def close(self) -> None:
        for process in self._all:
            await process.close()


async def _exchange(process: asyncio.subprocess.Process, question: bytes) -> bytes:
    reader, writer = process.stdout, process.stdin
    assert reader is not None  # noqa: S101 - both are pipes
    assert writer is not None  # noqa: S101
    writer.write(len(question).to_bytes(LENGTH) + question)
    await writer.drain()
    return await reader.readexactly(int.from_bytes(await reader.readexactly(LENGTH)))


def answer_questions(answer: Callable[[bytes], bytes], *, nice: int = NICE) -> None:
    """Answer questions until the input ends, at a lower priority than the parent."""
    os.nice(nice)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while (question := _read(questions)) is not None:
        reply = answer(question)
        answers.write(len(reply).to_bytes(LENGTH) + reply)
        answers.flush()


def _read(questions: BinaryIO) -> bytes | None:
    length = questions.read(LENGTH)
    return questions.read(int.from_bytes(length)) if length else None
