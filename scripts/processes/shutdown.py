"""How a process of ours is told to end: by a signal, or by the end of the process that started it.

Signals are heard from the first moment to the last, and do nothing but set a mark: whenever one
comes, be it the second, what was begun is ended in order and the exit status is 0.
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
    def __init__(self) -> None:
        self.requested = False
        self._tell: Callable[[], object] = _nobody
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._hear)

    async def wait(self) -> None:
        """Return once a signal has come, also one that came earlier. One waiter at a time."""
        heard, loop = asyncio.Event(), asyncio.get_running_loop()
        self._tell = lambda: loop.call_soon_threadsafe(heard.set)
        try:
            if not self.requested:
                await heard.wait()
        finally:
            self._tell = _nobody

    def _hear(self, *_: object) -> None:
        self.requested = True
        self._tell()


def end_with_parent() -> None:
    """Take the end of standard input for a stop signal.

    The process that started this one holds the other end of that pipe: closed, it says stop; and
    the kernel closes it however that process dies, so nothing outlives it by more than 5 s.
    """
    Thread(target=_await_parent, name="parent", daemon=True).start()


def _await_parent() -> None:
    while os.read(0, 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _nobody() -> None:
    pass
