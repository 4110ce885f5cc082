"""Utilities in processes beside this one; what is small and linear is done at once."""

import os
import time
from contextlib import suppress
from typing import Final

import msgspec

from adapters.processes.fair_queue import FairQueue, QueueFull
from adapters.processes.worker_process import WorkerProcess, WorkerProcessLost, WorkerProcessSlow
from adapters.utilities.working import TOO_MUCH, done
from application.pipelines.utility_executor import AtCapacity, Outcome, Work
from application.telemetry.instruments import Counter, Histogram
from domain.pipelines.refusals import OutputTooLarge, RunTimedOut
from domain.pipelines.utilities.catalogue import utility

PROCESS: Final = "adapters.utilities.process"
SMALL: Final = 16 * 2**10
"""Bytes of input that are worked on at once, if the utilities are linear."""
SMALL_PRODUCT: Final = 2**20
"""Bytes of input times bytes of configuration: what may come of them."""
MUCH: Final = 16 * 2**20
"""Bytes of input after which a process is replaced: little of its memory would come back."""
WAITING: Final = 128
"""Pieces of work that may wait for a process; the next one is told that this is too much."""
WAITING_EACH: Final = 64
"""Those of one organisation."""
PATIENCE_SECONDS: Final = 10.0
"""How long work waits for a process."""


class UtilityPool:
    """Implements ``utility_executor.Utilities``; ``outcomes`` counts what comes of it."""

    def __init__(
        self, outcomes: Counter, seconds: Histogram, *, processes: int | None = None
    ) -> None:
        self._outcomes = outcomes
        self._seconds = seconds
        several = 1 + (processes or max(2, os.cpu_count() or 1))  # one is for newcomers
        self._processes = [WorkerProcess(PROCESS) for _ in range(several)]
        self._turns = FairQueue(self._processes, waiting=WAITING, each=WAITING_EACH)

    async def __call__(self, work: Work) -> Outcome:
        if _at_once(work):
            with suppress(RecursionError):  # a process of its own can go deeper
                outcome = done(work)
                self._outcomes.add("at_once")
                return outcome
        return await self._aside(work)

    async def close(self) -> None:
        for process in self._processes:
            await process.close()

    async def _aside(self, work: Work) -> Outcome:
        try:
            async with self._turns.one(work.org_id, within=PATIENCE_SECONDS) as process:
                told = await self._told(process, work)
        except QueueFull as error:
            self._outcomes.add("at_capacity")
            raise AtCapacity from error
        self._outcomes.add("aside")
        return msgspec.msgpack.decode(told, type=Outcome)

    async def _told(self, process: WorkerProcess, work: Work) -> bytes:
        began = time.perf_counter()
        try:
            return await process.ask(msgspec.msgpack.encode(work), within=work.seconds)
        except WorkerProcessSlow as error:
            self._outcomes.add("too_long")
            raise RunTimedOut from error
        except WorkerProcessLost as error:  # what takes too much memory may end there
            self._outcomes.add("too_much")
            raise OutputTooLarge(TOO_MUCH) from error
        finally:
            self._seconds.of().observe(time.perf_counter() - began)
            if work.size > MUCH:
                await process.close()


def _at_once(work: Work) -> bool:
    if work.size > SMALL or not all(utility(step.utility).linear for step in work.steps):
        return False
    configured = sum(len(step.config) for step in work.steps)
    return work.size * configured <= SMALL_PRODUCT and all(not step.when for step in work.steps)
