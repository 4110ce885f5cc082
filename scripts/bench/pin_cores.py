"""Script ``pin_cores.py CORES COMMAND…``: pins itself to cores, then executes the command.

The command gets a SIGTERM when its parent process dies, so that a killed benchmark leaves no
process behind. ``CORES`` is a comma-separated list, or ``any``. Run by path, never imported.
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
os.execvp(command[0], command)  # noqa: S606 - no shell is intended  # nosec B606
