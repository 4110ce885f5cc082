"""Tells workers of jobs.

What that takes is imported when there is a job to tell of: it would slow every start down.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any


class JobWakeups:
    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._wakeups: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="waking")

    def send(self, kind: str) -> None:
        """Tell, without waiting or failing (``application.jobs.Wakeups``)."""
        self._thread.submit(self._send, kind)

    def close(self) -> None:
        """Drop what is unsent: a poll finds the jobs."""
        self._thread.shutdown(cancel_futures=True)
        if self._wakeups is not None:
            self._wakeups.close()

    def _send(self, kind: str) -> None:
        if self._wakeups is None:
            from adapters.redis.job_wakeups import DramatiqWakeups  # noqa: PLC0415 - see above

            self._wakeups = DramatiqWakeups(self._redis_url)
        self._wakeups.send(kind)
