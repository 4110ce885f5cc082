"""Job handlers with metrics, and with spans."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from application.jobs.jobs import Arguments, JobKinds
from application.telemetry.metrics import Metrics
from application.telemetry.tracing import Tracing

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


def traced(kinds: JobKinds, tracing: Tracing) -> JobKinds:
    return {kind: _traced(kind, handle, tracing) for kind, handle in kinds.items()}


def _traced(
    kind: str, handle: Callable[[Arguments], Awaitable[None]], tracing: Tracing
) -> Callable[[Arguments], Awaitable[None]]:
    async def run(arguments: Arguments) -> None:
        with tracing.job(kind):
            await handle(arguments)

    return run
