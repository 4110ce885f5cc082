"""Client of the worker process that reads prompts, and renders and parses programs: CPU work."""

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

WORKER_MODULE: Final = "adapters.codegen.rendering_worker"
TIMEOUT_SECONDS: Final = 20.0


class ReadPrompt(msgspec.Struct, tag=True):
    spec: GenerationSpec


class Render(msgspec.Struct, tag=True):
    spec: GenerationSpec
    plan: AnyPlan


class Parse(msgspec.Struct, tag=True):
    sources: list[SourceFile]


Question: TypeAlias = ReadPrompt | Render | Parse

_encode: Final = msgspec.msgpack.Encoder().encode


class RenderingPool:
    """Implements ``application.generations.ports.ProgramDrafter``."""

    def __init__(self) -> None:
        self._process = WorkerProcess(WORKER_MODULE, timeout=TIMEOUT_SECONDS)

    async def read(self, spec: GenerationSpec) -> Reading:
        return await self._ask(ReadPrompt(spec), Reading)

    async def render(self, spec: GenerationSpec, plan: AnyPlan) -> Sequence[SourceFile]:
        return await self._ask(Render(spec, plan), list[SourceFile])

    async def parse(self, drafts: Sequence[SourceFile]) -> Sequence[Source]:
        return await self._ask(Parse([*drafts]), list[Source])

    async def close(self) -> None:
        await self._process.close()

    async def _ask(self, question: Question, answer: type[A]) -> A:
        reply = await self._process.ask(_encode(question))
        value: A = msgspec.msgpack.decode(reply, type=answer)
        return value
