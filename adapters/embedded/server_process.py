"""Process of an embedded server, run by a watchdog that ends it with its owner."""

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

WATCHDOG = Path(__file__).with_name("watchdog.py").resolve()
START_LIMIT = 120.0  # recovery after a crash replays the write-ahead log first
STOP_LIMIT = 15.0  # longer than all the signals of the watchdog take
PAUSE = 0.005
LOG_TAIL = 2000


class ServerProcess(AbstractContextManager["ServerProcess"]):
    """Starts at once; may be created in any thread, however short its life (see the watchdog)."""

    def __init__(
        self,
        layout: ServerLayout,
        name: str,
        command: Sequence[str | Path],
        stops: Sequence[Signals],
    ) -> None:
        self.name = name
        self._log = layout.data_dir / f"{name}.log"
        arguments = [
            ",".join(str(int(stop)) for stop in stops),
            layout.account.uid,
            layout.account.gid,
        ]
        with _open_log(self._log) as log:
            self._log_start = log.tell()
            self._watchdog = subprocess.Popen(  # noqa: S603  our program, our arguments, no shell
                [sys.executable, "-I", "-S", WATCHDOG, *map(str, [*arguments, *command])],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                pass_fds=(layout.lock,),
            )

    @property
    def has_ended(self) -> bool:
        return self._watchdog.poll() is not None

    def wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not ready():
            if self.has_ended:
                raise ServerFailed(f"{self.name} ended at once: {self._log_tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} does not answer: {self._log_tail()}")
            time.sleep(PAUSE)

    def wait_for_success(self) -> None:
        """Wait for a program that ends by itself; raises ``ServerFailed`` if it fails."""
        if self._watchdog.wait(START_LIMIT) != 0:
            raise ServerFailed(f"{self.name} could not be set up: {self._log_tail()}")

    def stop(self) -> None:
        if self._watchdog.stdin:
            self._watchdog.stdin.close()
        try:
            self._watchdog.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:  # not even SIGKILL ends a server stuck in the kernel
            self._watchdog.kill()
            self._watchdog.wait()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _log_tail(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")[-LOG_TAIL:].strip()


def _open_log(log: Path) -> BinaryIO:
    """Open a log to append to, for this account alone."""
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
