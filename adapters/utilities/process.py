"""The process that utilities run in (``aside.py`` asks it), within limits of its own."""

import resource
import sys
from typing import Final

import msgspec

from adapters.processes.worker_process import answer_questions
from adapters.utilities.working import FAULTS, done
from application.pipelines.utility_executor import Work

MEMORY: Final = 2**30
"""Bytes of address space."""
FRAMES: Final = 8_000
"""How deep calls may go: inputs are nested 512 deep at most, and libraries take several each."""

_work: Final = msgspec.msgpack.Decoder(Work)
_encode: Final = msgspec.msgpack.Encoder().encode


def answer(question: bytes) -> bytes:
    return _encode(done(_work.decode(question), (*FAULTS, RecursionError)))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(FRAMES)
    answer_questions(answer)
