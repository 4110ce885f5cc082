"""Utilities in processes beside this one; what is small and linear is done at once."""

import asyncio
import os
from typing import Final

import msgspec

from adapters.side_process import SideProcess, SideProcesses, SideProcessLost, SideProcessSlow
from adapters.utilities.working import TOO_MUCH, done
from application.utility_work import AtCapacity, Outcome, Work
from domain.pipelines.catalogue.listing import utility
from domain.pipelines.refusals import OutputTooLarge, TookTooLong

PROCESS: Final = "adapters.utilities.process"
SMALL: Final = 32 * 2**10
"""Bytes of input that are worked on at once, if the utilities are linear."""
SMALL_PRODUCT: Final = 4 * 2**20
"""Bytes of input times bytes of configuration: what may come of them."""
WAITING: Final = 64
"""Pieces of work that may wait for a process; the next one is told that this is too much."""
PATIENCE_SECONDS: Final = 10.0
"""How long work waits for a process."""


class UtilitiesAside:
    """Implements ``application.utility_work.Utilities``."""

    def __init__(self, *, processes: int | None = None) -> None:
        several = processes or max(2, os.cpu_count() or 1)
        self._processes = SideProcesses(SideProcess(PROCESS) for _ in range(several))
        self._waiting = 0

    async def __call__(self, work: Work) -> Outcome:
        if _at_once(work):
            try:
                return done(work)
            except RecursionError:  # a process of its own can go deeper
                pass
        return await self._aside(work)

    async def close(self) -> None:
        await self._processes.close()

    async def _aside(self, work: Work) -> Outcome:
        process = await self._free()
        try:
            told = await process.ask(msgspec.msgpack.encode(work), within=work.seconds)
        except SideProcessSlow as error:
            raise TookTooLong from error
        except SideProcessLost as error:  # what takes too much memory may end there
            raise OutputTooLarge(TOO_MUCH) from error
        finally:
            self._processes.give_back(process)
        return msgspec.msgpack.decode(told, type=Outcome)

    async def _free(self) -> SideProcess:
        if self._waiting >= WAITING:
            raise AtCapacity
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._processes.take()
        except TimeoutError as error:
            raise AtCapacity from error
        finally:
            self._waiting -= 1


def _at_once(work: Work) -> bool:
    if work.size > SMALL or not all(utility(step.utility).linear for step in work.steps):
        return False
    configured = sum(len(step.config) for step in work.steps)
    return work.size * configured <= SMALL_PRODUCT and all(not step.when for step in work.steps)
