"""A worker process that echoes questions, except for a few commands."""

import os
import subprocess
import sys
import time

from adapters.processes.worker_process import answer_questions


def answer(question: bytes) -> bytes:
    match question:
        case b"pid":
            return b"%d" % os.getpid()
        case b"child":
            code = "import time; time.sleep(60)"
            child = subprocess.Popen([sys.executable, "-c", code])  # noqa: S603 - ourselves
            return b"%d" % child.pid
        case b"exit":
            os._exit(3)
        case b"hang":
            time.sleep(60)
    return question


if __name__ == "__main__":
    answer_questions(answer)
