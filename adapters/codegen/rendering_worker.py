"""Worker process that reads prompts, renders and parses programs (see ``rendering_pool.py``)."""

from functools import cache
from typing import Any, Final

import msgspec

from adapters.codegen.knowledge_file import read_knowledge
from adapters.codegen.parsing import TreeSitterParser
from adapters.codegen.rendering import JinjaRenderer
from adapters.codegen.rendering_pool import Parse, Question, ReadPrompt, Render
from adapters.processes.worker_process import answer_questions
from application.generations.planning import read_prompt
from domain.generations.versions import version_of

_encode: Final = msgspec.msgpack.Encoder().encode
_question: Final = msgspec.msgpack.Decoder(Question)


def answer_question(question: Question) -> Any:
    match question:
        case ReadPrompt(spec):
            return read_prompt(spec)
        case Render(spec, plan):
            knowledge = read_knowledge().of(version_of(spec.context.tc_version))
            return _renderer()(spec, plan, knowledge)
        case Parse(sources):
            parsing = TreeSitterParser()
            return [parsing(source) for source in sources if source.language == "c"]


@cache
def _renderer() -> JinjaRenderer:
    return JinjaRenderer()


if __name__ == "__main__":
    answer_questions(lambda text: _encode(answer_question(_question.decode(text))))
