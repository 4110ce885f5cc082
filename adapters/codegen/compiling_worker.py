"""Worker process that runs the compilers (see ``compiling_pool.py``)."""

from typing import Final

import msgspec

from adapters.codegen.compilers import Compilers, find_compilers
from adapters.codegen.compiling_pool import Check
from adapters.processes.worker_process import answer_questions

LOWEST_PRIORITY: Final = 19


def _answer_question(compilers: Compilers, text: bytes) -> bytes:
    check = msgspec.msgpack.decode(text, type=Check)
    return msgspec.msgpack.encode(compilers(check.sources, check.version))


if __name__ == "__main__":
    compile_sources = Compilers(find_compilers())
    answer_questions(lambda text: _answer_question(compile_sources, text), nice=LOWEST_PRIORITY)
