"""Event loop, logging and backend of a long-running process."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvloop

from adapters.crypto.secret_files import Secrets
from application.concurrency.supervision import end
from scripts.composition.backend import Backend
from scripts.config.connections import Connections
from scripts.config.process_options import Options
from scripts.processes.logging_setup import configure_logging

_log = structlog.get_logger(__name__)


def run(work: Coroutine[Any, Any, None], log_level: str) -> None:
    """Run the main coroutine, after all imports."""
    collect_rarely()
    gc.enable()
    configure_logging(log_level, sys.stderr)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def collect_rarely() -> None:
    """Exempt present objects from cyclic garbage collection, and collect others rarely.

    Requests leave few cycles behind, but each full collection walks every cache: that took a third
    of the time of a read.
    """
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def report(name: str, error: Exception) -> None:
    """Log the failure of a background task: its first line, because others may quote data."""
    line = str(error).partition("\n")[0]
    _log.error("background task failed", task=name, error=f"{type(error).__name__}: {line}")


@asynccontextmanager
async def open_backend(
    connections: Connections, secrets: Secrets, options: Options
) -> AsyncIterator[Backend]:
    backend = Backend(connections.app, secrets, report, options=options)
    async with backend.running():
        yield backend


async def wait_first(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait for the first to end, raise its exception if there is one, and cancel the others."""
    tasks = [asyncio.create_task(_discard_result(wait)) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end(tasks)


async def _discard_result(wait: Coroutine[Any, Any, object]) -> None:
    await wait
