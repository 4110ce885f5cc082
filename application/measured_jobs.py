"""Kinds of jobs as they are, but counted and timed."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from application.jobs import Arguments, JobKinds
from application.metrics import Metrics

Handler = Callable[[Arguments], Awaitable[None]]


def measured(kinds: JobKinds, metrics: Metrics) -> JobKinds:
    return {kind: _measured(kind, handle, metrics) for kind, handle in kinds.items()}


def _measured(kind: str, handle: Handler, metrics: Metrics) -> Handler:
    async def run(arguments: Arguments) -> None:
        began = time.perf_counter()
        outcome = "failed"
        try:
            await handle(arguments)
            outcome = "completed"
        except asyncio.CancelledError:
            outcome = "interrupted"
            raise
        finally:
            metrics.jobs.add(kind, outcome)
            metrics.job_seconds.of(kind).observe(time.perf_counter() - began)

    return run
