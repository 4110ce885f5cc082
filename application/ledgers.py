"""Spending what a plan gives in a month: never more, however many ask at once.

Those of one organisation queue up within a process, so that they do not lose races to each other;
against other processes the version decides.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from application.deciders import Decider
from application.event_log import ConcurrentWrite
from application.recorded import Origin
from application.streams import Streams, Written
from domain.billing.events import RunKind
from domain.billing.ledger import (
    CountGeneration,
    Ledger,
    LedgerCommand,
    SpendCredits,
    decide,
    evolve,
    month_of,
)

LEDGER: Final = Decider("ledger", Ledger, decide, evolve)
RACES: Final = 10
"""Lost against other processes, three attempts each, before a caller is told to try again."""


class Run(NamedTuple):
    """What credits are spent for."""

    kind: RunKind
    id: str


class Ledgers:
    def __init__(self, streams: Streams, clock: Callable[[], datetime]) -> None:
        self._streams = streams
        self._clock = clock
        self._queues = WeakValueDictionary[str, asyncio.Lock]()

    async def spend(self, amount: int, run: Run, allowed: int | None, by: Origin) -> Written:
        """Spend credits of the month; raises ``CreditsExhausted``."""
        command = SpendCredits(amount=amount, run_kind=run.kind, run_id=run.id, allowed=allowed)
        return await self._execute(command, by)

    async def count_generation(
        self, generation_id: str, allowed: int | None, by: Origin
    ) -> Written:
        """Count a generation of the month; raises ``QuotaExceeded``."""
        return await self._execute(
            CountGeneration(generation_id=generation_id, allowed=allowed), by
        )

    async def _execute(self, command: LedgerCommand, by: Origin) -> Written:
        key = f"{by.org_id}.{month_of(self._clock())}"
        queue = self._queues.setdefault(key, asyncio.Lock())
        async with queue:
            for _ in range(RACES - 1):
                try:
                    return await self._streams.execute(LEDGER, key, command, by)
                except ConcurrentWrite:
                    continue
            return await self._streams.execute(LEDGER, key, command, by)
