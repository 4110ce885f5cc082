"""The worker of one process: background jobs, looked for every few seconds and when woken.

Signals and processes are the command line's business.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from typing import Final

from adapters.crypto.ids import new_key
from adapters.redis.job_wakeups import DramatiqWakeups
from application.audit.checkpoint_job import CHECKPOINT, CHECKPOINT_EVERY
from application.concurrency.watermark import Watermark
from application.erasure.erasure_ledger import NOTE, NOTE_EVERY
from application.erasure.purge_job import (
    FORGET,
    FORGET_EVERY,
    PURGE,
    PURGE_EVERY,
    PURGE_RUNS,
    PurgeJob,
    expire_responses,
)
from application.generations.orphan_job import ORPHANS, ORPHANS_EVERY
from application.identity.expire_logins_job import FORGET_LOG_INS
from application.jobs.instrumented import instrumented
from application.jobs.jobs import JobKinds
from application.jobs.runner import JobRunner
from projections.documents.document_summaries import DOCUMENT_SUMMARIES
from scripts.composition.backend import Backend

LANES: Final = 4
"""Jobs done at the same time by one process."""
POLL_SECONDS: Final = 2.0
RECURRING: Final = {
    PURGE: PURGE_EVERY,
    PURGE_RUNS: PURGE_EVERY,
    FORGET: FORGET_EVERY,
    FORGET_LOG_INS: FORGET_EVERY,
    CHECKPOINT: CHECKPOINT_EVERY,
    NOTE: NOTE_EVERY,
    ORPHANS: ORPHANS_EVERY,
}


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
    rings = Watermark()
    kinds = instrumented(_kinds(backend), backend.metrics, backend.tracing)
    runner = JobRunner(backend.jobs, kinds, backend.clock, report)
    backend.supervisor.start("job schedule", partial(_schedule, backend, rings))
    for lane in range(LANES):
        run = partial(_run_lane, runner, rings, poll_seconds)
        backend.supervisor.start(f"jobs {lane}", run)
    with closing(DramatiqWakeups(redis_url)) as wakeups:
        async with wakeups.listen(partial(_ring, rings)):
            yield


def _kinds(backend: Backend) -> JobKinds:
    purge = PurgeJob(
        backend.summaries.due,
        backend.documents.purge_if_due,
        partial(backend.read_your_writes.wait_visible, model=DOCUMENT_SUMMARIES.name),
        backend.clock,
        new_key,
    )
    return {
        PURGE: purge,
        PURGE_RUNS: backend.pipeline.sweep,
        FORGET: expire_responses(backend.answers),
        FORGET_LOG_INS: backend.people.forgetting,
        CHECKPOINT: backend.checkpointing,
        NOTE: backend.erasures,
        ORPHANS: backend.generation.orphan_sweep,
        **backend.people.mails,
    }


async def _schedule(backend: Backend, rings: Watermark) -> None:
    for kind, every in RECURRING.items():
        await backend.jobs.ensure(kind, every, backend.clock())
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
