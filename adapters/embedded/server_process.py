"""A server under its keeper, as the process that owns it sees it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from signal import Signals
from typing import BinaryIO

from adapters.embedded.errors import ServerFailed
from adapters.embedded.layout import ServerLayout

KEEPER = Path(__file__).with_name("watchdog.py").resolve()
START_LIMIT = 120.0  # recovery after a crash replays the write-ahead log first
STOP_LIMIT = 15.0  # beyond all the signals the keeper has
PAUSE = 0.005
LOG_TAIL = 2000


class KeptProcess(AbstractContextManager["KeptProcess"]):
    """Starts at once; may be made in any thread, however short its life (see the keeper)."""

    def __init__(
        self, site: ServerLayout, name: str, command: Sequence[str | Path], stops: Sequence[Signals]
    ) -> None:
        self.name = name
        self._log = site.data_dir / f"{name}.log"
        arguments = [",".join(str(int(stop)) for stop in stops), site.account.uid, site.account.gid]
        with _opened(self._log) as log:
            self._log_start = log.tell()
            self._keeper = subprocess.Popen(  # noqa: S603  our program, our arguments, no shell
                [sys.executable, "-I", "-S", KEEPER, *map(str, [*arguments, *command])],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                pass_fds=(site.lock,),
            )

    @property
    def ended(self) -> bool:
        return self._keeper.poll() is not None

    def wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not ready():
            if self.ended:
                raise ServerFailed(f"{self.name} ended at once: {self._logged()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} does not answer: {self._logged()}")
            time.sleep(PAUSE)

    def finish(self) -> None:
        """Wait for a program that is to end by itself."""
        if self._keeper.wait(START_LIMIT) != 0:
            raise ServerFailed(f"{self.name} could not be set up: {self._logged()}")

    def stop(self) -> None:
        if self._keeper.stdin:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:  # not even SIGKILL ends a server stuck in the kernel
            self._keeper.kill()
            self._keeper.wait()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _logged(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")[-LOG_TAIL:].strip()


def _opened(log: Path) -> BinaryIO:
    """Append to it, and let nobody else read it."""
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
