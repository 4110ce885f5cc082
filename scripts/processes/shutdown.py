"""Graceful shutdown: on a signal, or when the parent process ends.

A signal handler only sets a flag, from the start of the process to its end: at any moment, a first
or a further signal leads to an orderly stop and exit status 0.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from threading import Thread
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS: Final = 5.0


class StopSignals:
    """Handlers of the signals that stop a process; ``requested`` once one has come."""

    def __init__(self) -> None:
        self.requested = False
        self._notify: Callable[[], object] = _no_waiter
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._handle)

    async def wait(self) -> None:
        """Wait for a signal, or return at once after an earlier one. One waiter at a time."""
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()
        self._notify = lambda: loop.call_soon_threadsafe(arrived.set)
        try:
            if not self.requested:
                await arrived.wait()
        finally:
            self._notify = _no_waiter

    def _handle(self, *_: object) -> None:
        self.requested = True
        self._notify()


def end_with_parent() -> None:
    """Treat the end of standard input as a stop signal.

    The parent process holds the other end of that pipe. The kernel closes it however the parent
    dies, so that no child outlives its parent by more than 5 s.
    """
    Thread(target=_await_parent, name="parent", daemon=True).start()


def _await_parent() -> None:
    while os.read(0, 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _no_waiter() -> None:
    pass
