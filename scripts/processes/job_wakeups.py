"""Wake-ups of workers through the broker: sent in a thread, and imported with the first job.

Importing Dramatiq would slow every start down.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any


class JobWakeups:
    """Implements ``application.jobs.jobs.Wakeups`` without waiting or failing."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._wakeups: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="job wakeups")

    def send(self, kind: str) -> None:
        """Send in the background; ``kind`` is the job's."""
        self._thread.submit(self._send, kind)

    def close(self) -> None:
        """Drop unsent wake-ups: the workers' polls find the jobs."""
        self._thread.shutdown(cancel_futures=True)
        if self._wakeups is not None:
            self._wakeups.close()

    def _send(self, kind: str) -> None:
        if self._wakeups is None:
            from adapters.redis.job_wakeups import DramatiqWakeups  # noqa: PLC0415 - see above

            self._wakeups = DramatiqWakeups(self._redis_url)
        self._wakeups.send(kind)
