"""The process that reads prompts, renders programs and parses them (``drafting.py`` asks it)."""

from functools import cache
from typing import Any, Final

import msgspec

from adapters.codegen.knowledge_file import read_knowledge
from adapters.codegen.parsing import TreeSitterParsing
from adapters.codegen.rendering import JinjaRendering
from adapters.codegen.rendering_pool import Parse, Question, Read, Render
from adapters.processes.worker_process import answer_questions
from application.generations.planning import read
from domain.generations.versions import version_of

_encode: Final = msgspec.msgpack.Encoder().encode
_question: Final = msgspec.msgpack.Decoder(Question)


def answered(question: Question) -> Any:
    match question:
        case Read(asked):
            return read(asked)
        case Render(asked, plan):
            knowledge = read_knowledge().of(version_of(asked.context.tc_version))
            return _rendering()(asked, plan, knowledge)
        case Parse(drafts):
            parsing = TreeSitterParsing()
            return [parsing(draft) for draft in drafts if draft.language == "c"]


@cache
def _rendering() -> JinjaRendering:
    return JinjaRendering()


if __name__ == "__main__":
    answer_questions(lambda text: _encode(answered(_question.decode(text))))
