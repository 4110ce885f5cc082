"""Worker process of the utilities (see ``pool.py``), with its own memory and recursion limits."""

import resource
import sys
from typing import Final

import msgspec

from adapters.processes.worker_process import answer_questions
from adapters.utilities.step_runner import STEP_ERRORS, run_steps
from application.pipelines.utility_executor import Work

MAX_MEMORY: Final = 2**30
"""Bytes of address space."""
RECURSION_LIMIT: Final = 8_000
"""Inputs are nested 512 deep at most, and libraries take several frames for each level."""

_work: Final = msgspec.msgpack.Decoder(Work)
_encode: Final = msgspec.msgpack.Encoder().encode


def answer_question(question: bytes) -> bytes:
    return _encode(run_steps(_work.decode(question), (*STEP_ERRORS, RecursionError)))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(RECURSION_LIMIT)
    answer_questions(answer_question)
