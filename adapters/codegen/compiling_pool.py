"""Process pool for compilers, with as many processes as half of the cores."""

import os
from collections.abc import Sequence
from typing import Final

import msgspec

from adapters.processes.worker_process import WorkerPool, WorkerProcess, WorkerProcessLost
from application.generations.ports import SourceFile
from domain.generations.diagnostics import Diagnostic, warning
from domain.generations.knowledge import VersionKnowledge

WORKER_MODULE: Final = "adapters.codegen.compiling_worker"
TIMEOUT_SECONDS: Final = 120.0
"""Two files by two compilers, each of which takes 20 s at most."""


class Check(msgspec.Struct):
    sources: list[SourceFile]
    version: str


class CompilingPool:
    """Implements ``application.generations.ports.SourceCompiler``."""

    def __init__(self) -> None:
        workers = (
            WorkerProcess(WORKER_MODULE, timeout=TIMEOUT_SECONDS) for _ in range(max_processes())
        )
        self._workers = WorkerPool(workers)

    async def __call__(
        self, drafts: Sequence[SourceFile], knowledge: VersionKnowledge
    ) -> Sequence[Diagnostic]:
        question = msgspec.msgpack.encode(Check([*drafts], knowledge.version.text))
        try:
            reply = await self._workers.ask(question)
        except WorkerProcessLost:
            return [_incomplete()]
        return msgspec.msgpack.decode(reply, type=list[Diagnostic])

    async def close(self) -> None:
        await self._workers.close()


def max_processes() -> int:
    """Return the number of compilers that run at the same time: half of the cores."""
    return max(1, (os.cpu_count() or 1) // 2)


def _incomplete() -> Diagnostic:
    return warning("CHECK_INCOMPLETE", "The code was parsed, but could not be compiled.")
