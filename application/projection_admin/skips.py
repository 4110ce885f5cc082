"""Use case: have a projection skip an event that it cannot apply."""

from typing import Final

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import EventLog
from application.eventstore.transactions import Transactions, Written
from domain.projection_admin import skips
from domain.projection_admin.events import EventSkipped
from domain.projection_admin.skips import SkipEvent, Skips

SKIPS: Final = Decider("projection", Skips, skips.decide, skips.evolve)


class ProjectionSkips:
    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def skip(self, projection: str, position: int, reason: str, by: Origin) -> Written:
        """Record that a projection skips one event; raises ``InvalidSkip``."""
        command = SkipEvent(projection=projection, position=position, reason=reason)
        return await self._transactions.execute(SKIPS, projection, command, by)


async def skipped(log: EventLog, projection: str) -> frozenset[int]:
    """Return the positions that a projection skips; they are few."""
    records = await log.read(SKIPS.stream(projection))
    events = (record.event for record in records)
    return frozenset(event.position for event in events if isinstance(event, EventSkipped))
