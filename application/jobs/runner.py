"""Runs due jobs one after the other, each while its lease can be renewed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from application.concurrency.supervision import end
from application.eventstore.event_store import LogUnavailable
from application.jobs.jobs import Job, JobKinds, Jobs, pause_after

LEASE: Final = timedelta(seconds=30)
MAX_ERROR: Final = 300


class LeaseLost(Exception):
    """The lease could not be renewed in time: another worker may have claimed the job."""


class HandlerCancelled(Exception):
    """A handler was cancelled, though the runner does not stop."""


class JobRunner:
    """Runs jobs; ``report`` is called with the name and exception of every failed job."""

    def __init__(
        self,
        jobs: Jobs,
        kinds: JobKinds,
        clock: Callable[[], datetime],
        report: Callable[[str, Exception], None],
        *,
        lease: timedelta = LEASE,
    ) -> None:
        self._jobs = jobs
        self._kinds = kinds
        self._clock = clock
        self._report = report
        self._lease = lease

    async def run_due(self) -> int:
        """Run jobs until none is due; return the number of attempts.

        A failed job is retried later and affects no other. On cancellation the job is released.
        """
        tried = 0
        while True:
            expiry = self._expiry()
            job = await self._jobs.claim(self._kinds.keys(), self._clock(), self._lease)
            if job is None:
                return tried
            await self._run(job, expiry)
            tried += 1

    async def _run(self, job: Job, expiry: float) -> None:
        try:
            await self._handle(job, expiry)
        except asyncio.CancelledError:
            with suppress(LogUnavailable):  # then the lease expires
                await self._jobs.release(job)
            raise
        except Exception as error:  # noqa: BLE001 - any exception of a handler is stored with the job
            self._report(f"job {job.id}", error)
            pause = pause_after(job.attempts)
            await self._jobs.fail(job, _summary(error), self._clock(), pause)
        else:
            await self._jobs.finish(job, self._clock())

    async def _handle(self, job: Job, expiry: float) -> None:
        try:
            async with self._renewed_lease(job, expiry):
                await self._kinds[job.kind](job.arguments)
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            raise HandlerCancelled from cancelled

    @asynccontextmanager
    async def _renewed_lease(self, job: Job, expiry: float) -> AsyncIterator[None]:
        """Renew the lease while entered; if that fails, cancel the work before the lease ends."""
        limit = asyncio.timeout_at(expiry)
        try:
            async with limit:
                renewing = asyncio.create_task(self._renew(job, limit))
                try:
                    yield
                finally:
                    await end([renewing])
        except TimeoutError as error:
            if limit.expired():
                raise LeaseLost from error
            raise

    async def _renew(self, job: Job, limit: asyncio.Timeout) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            expiry = self._expiry()
            with suppress(LogUnavailable):  # there is time for another renewal
                held = await self._jobs.renew(job, self._lease)
                if limit.expired():
                    return
                limit.reschedule(expiry if held else 0)

    def _expiry(self) -> float:
        """Return the loop time at which a lease that is requested now ends, or a little earlier."""
        return asyncio.get_running_loop().time() + self._lease.total_seconds()


def _summary(error: Exception) -> str:
    """Return the first line of an error: further lines may quote data."""
    line = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {line}"[:MAX_ERROR]
