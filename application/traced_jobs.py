"""Kinds of jobs as they are, but each job in a span of its own."""

from collections.abc import Awaitable, Callable

from application.jobs import Arguments, JobKinds
from application.tracing import Tracing


def traced(kinds: JobKinds, tracing: Tracing) -> JobKinds:
    return {kind: _traced(kind, handle, tracing) for kind, handle in kinds.items()}


def _traced(
    kind: str, handle: Callable[[Arguments], Awaitable[None]], tracing: Tracing
) -> Callable[[Arguments], Awaitable[None]]:
    async def run(arguments: Arguments) -> None:
        with tracing.job(kind):
            await handle(arguments)

    return run
