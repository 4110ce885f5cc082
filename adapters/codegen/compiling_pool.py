"""Compilers in processes of their own, so many at a time."""

import os
from collections.abc import Sequence
from typing import Final

import msgspec

from adapters.processes.worker_process import WorkerProcess, WorkerProcesses, WorkerProcessLost
from application.generations.ports import SourceFile
from domain.generations.diagnostics import Diagnostic, warning
from domain.generations.knowledge import VersionKnowledge

PROCESS: Final = "adapters.codegen.compiling_process"
PATIENCE_SECONDS: Final = 120.0
"""For what takes 20 at most, each of two files by each of two compilers."""


class Check(msgspec.Struct):
    drafts: list[SourceFile]
    version: str


class CompilingPool:
    """Implements ``application.generations.ports.Compiling``."""

    def __init__(self) -> None:
        made = (WorkerProcess(PROCESS, patience=PATIENCE_SECONDS) for _ in range(at_once()))
        self._processes = WorkerProcesses(made)

    async def __call__(
        self, drafts: Sequence[SourceFile], knowledge: VersionKnowledge
    ) -> Sequence[Diagnostic]:
        question = msgspec.msgpack.encode(Check([*drafts], knowledge.version.text))
        try:
            told = await self._processes.ask(question)
        except WorkerProcessLost:
            return [_lost()]
        return msgspec.msgpack.decode(told, type=list[Diagnostic])

    async def close(self) -> None:
        await self._processes.close()


def at_once() -> int:
    """Return how many may run at a time: half of the cores."""
    return max(1, (os.cpu_count() or 1) // 2)


def _lost() -> Diagnostic:
    return warning("CHECK_INCOMPLETE", "The code was parsed, but could not be compiled.")
