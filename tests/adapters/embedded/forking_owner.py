"""Owns the embedded servers, forks a child that stays, names it, and dies."""

import os
import signal
import sys
from pathlib import Path

from adapters.embedded.servers import EmbeddedServers

if __name__ == "__main__":
    with EmbeddedServers(Path(sys.argv[1])):
        if child := os.fork():
            os.write(1, str(child).encode())
            os.kill(os.getpid(), signal.SIGKILL)
        os.close(1)
        signal.pause()
