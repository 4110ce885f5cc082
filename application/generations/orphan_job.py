"""Job: fails runs whose node's lease has expired (safety.md, runs)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from application.eventstore.envelope import Origin
from application.generations.generations import Generations
from application.jobs.jobs import Arguments
from application.jobs.leases import Orphans

ORPHANS: Final = "fail-orphans"
ORPHANS_EVERY: Final = timedelta(seconds=5)
ACTOR: Final = "system:orphans"
PAGE: Final = 100


class OrphanJob:
    """A run that has ended in the meantime stays as it is: its own stream decides."""

    def __init__(self, find: Orphans, generations: Generations, new_id: Callable[[], str]) -> None:
        self._find = find
        self._generations = generations
        self._new_id = new_id

    async def __call__(self, _: Arguments) -> None:
        sweep_id = self._new_id()
        for org_id, key in await self._find(PAGE):
            by = Origin(actor=ACTOR, org_id=org_id, correlation_id=sweep_id)
            await self._generations.fail_orphan(key, by)
