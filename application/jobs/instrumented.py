"""Job handlers with metrics and tracing."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from application.jobs.jobs import Arguments, JobKinds
from application.telemetry.metrics import Metrics
from application.telemetry.tracing import Tracing

Handler = Callable[[Arguments], Awaitable[None]]


def instrumented(kinds: JobKinds, metrics: Metrics, tracing: Tracing) -> JobKinds:
    """Return the same kinds; each run is a span, and is counted and timed by its outcome."""
    return {kind: _instrumented(kind, run, metrics, tracing) for kind, run in kinds.items()}


def _instrumented(kind: str, handle: Handler, metrics: Metrics, tracing: Tracing) -> Handler:
    async def run(arguments: Arguments) -> None:
        began = time.perf_counter()
        outcome = "failed"
        try:
            with tracing.job(kind):
                await handle(arguments)
            outcome = "completed"
        except asyncio.CancelledError:
            outcome = "interrupted"
            raise
        finally:
            metrics.jobs.add(kind, outcome)
            metrics.job_seconds.of(kind).observe(time.perf_counter() - began)

    return run
