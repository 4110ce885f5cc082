"""What is left of log-ins when they are over: links nobody used, sessions nobody comes back to."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from application.identity.sessions import IDLE
from application.jobs.jobs import Arguments

FORGET_LOG_INS: Final = "forget-log-ins"


class Forgetful(Protocol):
    async def forget(self, until: datetime) -> None:
        """Delete what was over by then."""
        ...


class ExpireLoginsJob:
    def __init__(
        self, links: Forgetful, sessions: Forgetful, clock: Callable[[], datetime]
    ) -> None:
        self._links = links
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, _: Arguments) -> None:
        now = self._clock()
        await self._links.forget(now)
        await self._sessions.forget(now - IDLE)
