"""Reads prompts, renders programs and parses them: what takes CPU, in a process of its own."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from adapters.codegen.knowledge_file import read_knowledge
from adapters.codegen.parsing import TreeSitterParsing
from adapters.codegen.rendering import JinjaRendering
from adapters.side_process import SideProcess, answer_questions
from application.generating import Draft
from application.planning import Reading, read
from domain.generations.checking import Source
from domain.generations.plans import AnyPlan
from domain.generations.request import Asked
from domain.generations.versions import version_of

A = TypeVar("A")

PATIENCE_SECONDS: Final = 20.0


class Read(msgspec.Struct, tag=True):
    asked: Asked


class Render(msgspec.Struct, tag=True):
    asked: Asked
    plan: AnyPlan


class Parse(msgspec.Struct, tag=True):
    drafts: list[Draft]


Question: TypeAlias = Read | Render | Parse

_encode: Final = msgspec.msgpack.Encoder().encode
_question: Final = msgspec.msgpack.Decoder(Question)


class DraftingAside:
    """Implements ``application.generating.Drafting``."""

    def __init__(self) -> None:
        self._process = SideProcess(__name__, patience=PATIENCE_SECONDS)

    async def read(self, asked: Asked) -> Reading:
        return await self._ask(Read(asked), Reading)

    async def render(self, asked: Asked, plan: AnyPlan) -> Sequence[Draft]:
        return await self._ask(Render(asked, plan), list[Draft])

    async def parse(self, drafts: Sequence[Draft]) -> Sequence[Source]:
        return await self._ask(Parse([*drafts]), list[Source])

    async def close(self) -> None:
        await self._process.close()

    async def _ask(self, question: Question, answer: type[A]) -> A:
        told = await self._process.ask(_encode(question))
        value: A = msgspec.msgpack.decode(told, type=answer)
        return value


def answered(question: Question) -> Any:
    """Answer a question, as the process beside does."""
    match question:
        case Read(asked):
            return read(asked)
        case Render(asked, plan):
            knowledge = read_knowledge().of(version_of(asked.context.tc_version))
            return _rendering()(asked, plan, knowledge)
        case Parse(drafts):
            parsing = _parsing()
            return [parsing(draft) for draft in drafts if draft.language == "c"]


@cache
def _rendering() -> JinjaRendering:
    return JinjaRendering()


@cache
def _parsing() -> TreeSitterParsing:
    return TreeSitterParsing()


if __name__ == "__main__":
    answer_questions(lambda text: _encode(answered(_question.decode(text))))
