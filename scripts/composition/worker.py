"""Job worker of one process: runs background jobs on a poll interval and on wakeups."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from typing import Final

from adapters.redis.job_wakeups import DramatiqWakeups
from application.concurrency.watermark import Watermark
from application.jobs.instrumented import instrumented
from application.jobs.jobs import JobKinds
from application.jobs.runner import JobRunner
from scripts.composition.backend import Backend

CONCURRENCY: Final = 4
"""Jobs that one process runs at the same time."""
POLL_SECONDS: Final = 2.0


@asynccontextmanager
async def run_jobs(
    backend: Backend,
    redis_url: str,
    report: Callable[[str, Exception], None],
    *,
    poll_seconds: float = POLL_SECONDS,
) -> AsyncIterator[None]:
    """Run background jobs, within ``backend.running()``; ``report`` receives failed ones.

    On exit dramatiq stops, which must come before Redis stops; then the backend ends its supervised
    tasks, and their unfinished jobs become due again.
    """
    wakeup_count, kernel = Watermark(), backend.kernel
    runner = JobRunner(kernel.jobs, _kinds(backend), kernel.clock, report)
    kernel.supervisor.start("job schedule", partial(_schedule, backend, wakeup_count))
    for lane in range(CONCURRENCY):
        run = partial(_run_lane, runner, wakeup_count, poll_seconds)
        kernel.supervisor.start(f"jobs {lane}", run)
    with closing(DramatiqWakeups(redis_url)) as wakeups:
        async with wakeups.listen(partial(_wake, wakeup_count)):
            yield


def _kinds(backend: Backend) -> JobKinds:
    """Return the jobs of every module, measured and traced."""
    kinds = {kind: do for module in backend.modules for kind, do in module.jobs.items()}
    return instrumented(kinds, backend.kernel.metrics, backend.kernel.tracing)


async def _schedule(backend: Backend, wakeup_count: Watermark) -> None:
    kernel = backend.kernel
    for module in backend.modules:
        for kind, every in module.schedule.items():
            await kernel.jobs.ensure(kind, every, kernel.clock())
            _wake(wakeup_count, kind)


async def _run_lane(runner: JobRunner, wakeup_count: Watermark, poll_seconds: float) -> None:
    """Run due jobs, then wait; the count is read first, so that no wakeup is missed."""
    while True:
        seen = wakeup_count.position
        await runner.run_due()
        with suppress(TimeoutError):
            await wakeup_count.reach(seen + 1, within=poll_seconds)


def _wake(wakeup_count: Watermark, _: str) -> None:
    wakeup_count.advance(wakeup_count.position + 1)
