"""The process that compilers run from (``compiling.py`` asks it)."""

from typing import Final

import msgspec

from adapters.codegen.compilers import Compilers, installed
from adapters.codegen.compiling_pool import Check
from adapters.processes.worker_process import answer_questions

LOWEST: Final = 19


def _answer(compilers: Compilers, text: bytes) -> bytes:
    check = msgspec.msgpack.decode(text, type=Check)
    return msgspec.msgpack.encode(compilers(check.drafts, check.version))


if __name__ == "__main__":
    found = Compilers(installed())
    answer_questions(lambda text: _answer(found, text), nice=LOWEST)
