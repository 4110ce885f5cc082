"""Feeds one generation of a read model from the log: page, fold, write rows and position together.

Live and rebuild are the same loop; only the distance to the head differs. The connection that holds
the leader's lock is the one that writes, so a leader that has lost it cannot write either; and the
position moves from exactly where this runner left it, or not at all.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.errors import LockNotAvailable

from application.event_log import EventLog
from projections import table_sets
from projections.applying import Applier
from projections.leadership import lead
from projections.movement import Movement, Overtaken
from projections.pages import Pages, Unreadable
from projections.projection import Projection
from projections.tracking import Standing, standing

Connection = AsyncConnection[Any]

IDLE_SECONDS: Final = 1.0
BEHIND_SECONDS: Final = 0.1
"""How long the stored position may stay behind events that changed nothing."""
SWITCH_PAUSES: Final = (0.2, 0.5, 1.0, 2.0)
"""Between attempts to switch, while readers hold the view; each makes other readers wait."""


class Projector:
    """Runs one generation, while it leads; ``progressed`` hears each position of a live one."""

    def __init__(
        self,
        projection: Projection,
        generation: int,
        log: EventLog,
        conninfo: str,
        progressed: Callable[[int], None],
    ) -> None:
        self.projection = projection
        self.generation = generation
        self._log = log
        self._conninfo = conninfo
        self._progressed = progressed

    async def run(self) -> None:
        """Follow the log until the generation is dropped.

        Raises ``ProjectionFailed`` at an event it cannot apply, ``Overtaken`` when another runs.
        """
        name = f"{self.projection.name} {self.generation}"
        async with lead(self._conninfo, name, self._watched) as connection:
            found = await self._standing(connection)
            if found.dropped:
                return
            term = Term(connection, self.projection, self._log, found, self._progressed)
            try:
                await term.serve()
            except Overtaken:
                if not (await self._standing(connection)).dropped:
                    raise

    async def _watched(self, connection: Connection) -> tuple[int, int]:
        """Return the stored position and the head, for a standby to see a leader that is stuck."""
        return (await self._standing(connection)).position, self._log.head.position

    async def _standing(self, connection: Connection) -> Standing:
        return await standing(connection, self.projection, self.generation)


class Term:
    """What a leader does from the moment it leads."""

    def __init__(
        self,
        connection: Connection,
        projection: Projection,
        log: EventLog,
        found: Standing,
        progressed: Callable[[int], None],
    ) -> None:
        self._connection = connection
        self._projection = projection
        self._generation = found.generation
        self._log = log
        self._progressed = progressed
        self._position = found.position
        self._building = found.building
        self._movement = Movement(connection, projection, found)
        self._applier = Applier(connection, projection, found.generation, self._movement)
        self._pages = Pages(log)
        self._indexed = False
        self._switch_at = 0.0
        self._switches = 0

    async def serve(self) -> None:
        self._report()
        try:
            while True:
                await self._advance()
        finally:
            await self._pages.close()

    async def _advance(self) -> None:
        try:
            records = await self._pages.after(self._position)
        except Unreadable as unreadable:
            await self._applier.fail(unreadable.position, "event", unreadable.reason)
        if records:
            self._position = await self._applier.apply(records)
            self._report()
        if self._building and self._pages.at_end and time.monotonic() >= self._switch_at:
            await self._come_live()
        elif not records:
            await self._rest()

    def _report(self) -> None:
        if self._movement.live:
            self._progressed(self._position)

    async def _rest(self) -> None:
        """Wait for news; a notice can be lost, so look anyway after a while."""
        behind = self._position > self._movement.position
        pause = BEHIND_SECONDS if behind or self._building else IDLE_SECONDS
        try:
            await self._log.head.reach(self._position + 1, within=pause)
        except TimeoutError:
            if behind:
                await self._movement.move(self._position)

    async def _come_live(self) -> None:
        """Make the indexes or, when there are, show readers this generation."""
        if not self._indexed:
            await table_sets.index(self._connection, self._projection, self._generation)
            self._indexed = True
            return
        before = self._position, self._movement.position
        try:
            await self._switch()
        except LockNotAvailable:
            self._position, self._movement.position = before
            pause = SWITCH_PAUSES[min(self._switches, len(SWITCH_PAUSES) - 1)]
            self._switches, self._switch_at = self._switches + 1, time.monotonic() + pause
        else:
            self._building, self._movement.live = False, True
            self._report()

    async def _switch(self) -> None:
        """Switch, however fast events come: neither generation moves but for the last steps here.

        An event that cannot be applied ends the attempt; it is met again outside.
        """
        switching = table_sets.switching(self._connection, self._projection, self._generation)
        async with switching as target:
            self._log.head.advance(target)
            while self._position < target:
                records = await self._pages.after(self._position)
                self._position = await self._applier.apply(records)
            if self._movement.position < target:
                await self._movement.move(self._position)
