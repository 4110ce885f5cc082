"""Process pool of the utilities; small work of linear utilities runs inline instead."""

import os
import time
from contextlib import suppress
from typing import Final

import msgspec

from adapters.processes.fair_queue import FairQueue, QueueFull
from adapters.processes.worker_process import WorkerProcess, WorkerProcessLost, WorkerProcessSlow
from adapters.utilities.step_runner import TOO_MUCH, run_steps
from application.pipelines.utility_executor import AtCapacity, Outcome, Work
from application.telemetry.instruments import Counter, Histogram
from domain.pipelines.refusals import OutputTooLarge, RunTimedOut
from domain.pipelines.utilities.catalogue import utility

WORKER_MODULE: Final = "adapters.utilities.pool_worker"
MAX_INLINE_BYTES: Final = 16 * 2**10
"""Bytes of input up to which linear utilities run inline."""
MAX_INLINE_PRODUCT: Final = 2**20
"""Bytes of input times bytes of configuration up to which they do: it bounds the output."""
RECYCLE_BYTES: Final = 16 * 2**20
"""Bytes of input after which a process is replaced: it would keep most of the memory."""
MAX_WAITING: Final = 128
"""Pieces of work that may wait for a process; further ones raise ``AtCapacity``."""
MAX_WAITING_PER_ORG: Final = 64
"""The same, of one organisation."""
QUEUE_SECONDS: Final = 10.0
"""How long work waits for a process."""


class UtilityPool:
    """Implements ``utility_executor.Utilities``; ``outcomes`` counts pieces of work by outcome."""

    def __init__(
        self, outcomes: Counter, seconds: Histogram, *, processes: int | None = None
    ) -> None:
        self._outcomes = outcomes
        self._seconds = seconds
        size = 1 + (processes or max(2, os.cpu_count() or 1))  # the last one is for new owners
        self._processes = [WorkerProcess(WORKER_MODULE) for _ in range(size)]
        self._queue = FairQueue(
            self._processes, max_waiting=MAX_WAITING, max_per_owner=MAX_WAITING_PER_ORG
        )

    async def __call__(self, work: Work) -> Outcome:
        if _runs_inline(work):
            with suppress(RecursionError):  # a worker process allows deeper recursion
                outcome = run_steps(work)
                self._outcomes.add("at_once")
                return outcome
        return await self._run_in_pool(work)

    async def close(self) -> None:
        for process in self._processes:
            await process.close()

    async def _run_in_pool(self, work: Work) -> Outcome:
        try:
            async with self._queue.acquire(work.org_id, within=QUEUE_SECONDS) as process:
                reply = await self._ask(process, work)
        except QueueFull as error:
            self._outcomes.add("at_capacity")
            raise AtCapacity from error
        self._outcomes.add("aside")
        return msgspec.msgpack.decode(reply, type=Outcome)

    async def _ask(self, process: WorkerProcess, work: Work) -> bytes:
        began = time.perf_counter()
        try:
            return await process.ask(msgspec.msgpack.encode(work), within=work.seconds)
        except WorkerProcessSlow as error:
            self._outcomes.add("too_long")
            raise RunTimedOut from error
        except WorkerProcessLost as error:  # exceeding the memory limit may end the process
            self._outcomes.add("too_much")
            raise OutputTooLarge(TOO_MUCH) from error
        finally:
            self._seconds.of().observe(time.perf_counter() - began)
            if work.size > RECYCLE_BYTES:
                await process.close()


def _runs_inline(work: Work) -> bool:
    if work.size > MAX_INLINE_BYTES or not all(utility(step.utility).linear for step in work.steps):
        return False
    config_bytes = sum(len(step.config) for step in work.steps)
    return work.size * config_bytes <= MAX_INLINE_PRODUCT and all(
        not step.when for step in work.steps
    )
