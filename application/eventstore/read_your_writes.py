"""Read your writes: waits until read models have reached a position."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import ClassVar, Final

from application.concurrency.watermark import Watermark
from domain.refusals import Conflict, Unavailable

PATIENCE_SECONDS: Final = 1.0


class NotYetVisible(Unavailable):
    """The read models have not reached the position asked for; they will."""

    code = "NOT_YET_VISIBLE"
    message = "The read model has not reached X-Forge-Min-Position yet. Try again shortly."


class PositionReset(Conflict):
    """The position lies beyond the log: it was given out before a restore or a failover."""

    code: ClassVar[str] = "POSITION_RESET"
    message = "X-Forge-Min-Position lies beyond the log. Read again without it."


class ReadYourWrites:
    """``stored_head`` returns the last position in the database."""

    def __init__(
        self, models: Mapping[str, Watermark], stored_head: Callable[[], Awaitable[int]]
    ) -> None:
        self.models = models
        self._stored_head = stored_head

    async def wait_visible(self, position: int, model: str) -> bool:
        """Wait up to a second for a read model; return whether it has reached the position."""
        try:
            await self.models[model].reach(position, within=PATIENCE_SECONDS)
        except TimeoutError:
            return False
        return True

    async def wait_all(self, position: int, models: Iterable[str]) -> None:
        """Wait until models have reached a position.

        Raises ``NotYetVisible`` after a second, ``PositionReset`` for a position the log has not.
        """
        waits = (self.wait_visible(position, model) for model in models)
        if all(await asyncio.gather(*waits)):
            return
        raise PositionReset if position > await self._stored_head() else NotYetVisible
