"""The worker of one process: background jobs, looked for every few seconds and when woken.

Signals and processes are the command line's business.
"""

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

LANES: Final = 4
"""Jobs done at the same time by one process."""
POLL_SECONDS: Final = 2.0


@asynccontextmanager
async def working(
    backend: Backend,
    redis_url: str,
    report: Callable[[str, Exception], None],
    *,
    poll_seconds: float = POLL_SECONDS,
) -> AsyncIterator[None]:
    """Do background jobs, within ``backend.running()``; ``report`` hears of those that fail.

    Stopping goes from the outside in: on leaving, dramatiq stops, which must come before Redis
    does; then the backend ends its supervised tasks, and the jobs they had in hand are given back.
    """
    rings, kernel = Watermark(), backend.kernel
    runner = JobRunner(kernel.jobs, _kinds(backend), kernel.clock, report)
    kernel.supervisor.start("job schedule", partial(_schedule, backend, rings))
    for lane in range(LANES):
        run = partial(_run_lane, runner, rings, poll_seconds)
        kernel.supervisor.start(f"jobs {lane}", run)
    with closing(DramatiqWakeups(redis_url)) as wakeups:
        async with wakeups.listen(partial(_ring, rings)):
            yield


def _kinds(backend: Backend) -> JobKinds:
    """Return the jobs of every module, measured and traced."""
    kinds = {kind: do for module in backend.modules for kind, do in module.jobs.items()}
    return instrumented(kinds, backend.kernel.metrics, backend.kernel.tracing)


async def _schedule(backend: Backend, rings: Watermark) -> None:
    kernel = backend.kernel
    for module in backend.modules:
        for kind, every in module.schedule.items():
            await kernel.jobs.ensure(kind, every, kernel.clock())
            _ring(rings, kind)


async def _run_lane(runner: JobRunner, rings: Watermark, poll_seconds: float) -> None:
    """Look before waiting, and for any ring since the look began: none falls in between."""
    while True:
        rung = rings.position
        await runner.run_due()
        with suppress(TimeoutError):
            await rings.reach(rung + 1, within=poll_seconds)


def _ring(rings: Watermark, _: str) -> None:
    rings.advance(rings.position + 1)
