"""Run by path, not imported: ``pin_cores.py CORES COMMAND…`` becomes the command, on those cores.

The command also gets a SIGTERM when whoever started it dies: a benchmark that is killed leaves
nothing running. ``CORES`` is a comma-separated list, or ``any``.
"""

import ctypes
import os
import sys
from signal import SIGTERM

PR_SET_PDEATHSIG = 1

cores, *command = sys.argv[1:]
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGTERM)
    if cores != "any":
        os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
os.execvp(command[0], command)  # noqa: S606 - no shell is what is wanted  # nosec B606
