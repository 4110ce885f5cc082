"""Job: deletes expired login links and idle sessions."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from application.identity.sessions import IDLE
from application.jobs.jobs import Arguments

EXPIRE_LOGINS: Final = "forget-log-ins"


class ExpiringStore(Protocol):
    async def delete_expired(self, until: datetime) -> None:
        """Delete what expired before a time."""
        ...


class ExpireLoginsJob:
    def __init__(
        self, links: ExpiringStore, sessions: ExpiringStore, clock: Callable[[], datetime]
    ) -> None:
        self._links = links
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, _: Arguments) -> None:
        now = self._clock()
        await self._links.delete_expired(now)
        await self._sessions.delete_expired(now - IDLE)
