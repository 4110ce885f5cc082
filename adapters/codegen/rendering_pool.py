"""Prompts read, programs rendered and parsed, by a process beside this one, for it takes CPU."""

from collections.abc import Sequence
from typing import Final, TypeAlias, TypeVar

import msgspec

from adapters.processes.worker_process import WorkerProcess
from application.generations.planning import Reading
from application.generations.ports import SourceFile
from domain.generations.checking import Source
from domain.generations.plans import AnyPlan
from domain.generations.request import GenerationSpec

A = TypeVar("A")

PROCESS: Final = "adapters.codegen.rendering_process"
PATIENCE_SECONDS: Final = 20.0


class Read(msgspec.Struct, tag=True):
    asked: GenerationSpec


class Render(msgspec.Struct, tag=True):
    asked: GenerationSpec
    plan: AnyPlan


class Parse(msgspec.Struct, tag=True):
    drafts: list[SourceFile]


Question: TypeAlias = Read | Render | Parse

_encode: Final = msgspec.msgpack.Encoder().encode


class RenderingPool:
    """Implements ``application.generations.ports.Drafting``."""

    def __init__(self) -> None:
        self._process = WorkerProcess(PROCESS, patience=PATIENCE_SECONDS)

    async def read(self, asked: GenerationSpec) -> Reading:
        return await self._ask(Read(asked), Reading)

    async def render(self, asked: GenerationSpec, plan: AnyPlan) -> Sequence[SourceFile]:
        return await self._ask(Render(asked, plan), list[SourceFile])

    async def parse(self, drafts: Sequence[SourceFile]) -> Sequence[Source]:
        return await self._ask(Parse([*drafts]), list[Source])

    async def close(self) -> None:
        await self._process.close()

    async def _ask(self, question: Question, answer: type[A]) -> A:
        told = await self._process.ask(_encode(question))
        value: A = msgspec.msgpack.decode(told, type=answer)
        return value
