"""Login sessions: browser credentials of one user in one organisation.

A session ends 31 days after its last use, at log-out, or when the user is no longer a member there.
Its token is 256 random bits, of which only the digest is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from application.identity.secret_tokens import SecretTokens
from application.identity.users import Users
from domain.identity.events import LogInMethod
from domain.identity.plans import Plan
from domain.identity.roles import Role
from domain.identity.users import RecordLogIn, RecordLogOut, RecordSwitch
from domain.refusals import NotFound

IDLE: Final = timedelta(days=31)
MAX_USER_AGENT: Final = 200
TOKEN_BYTES: Final = 32


class LoginSession(msgspec.Struct, frozen=True):
    """A stored session: ``token`` is a digest, ``agent`` the browser's ``User-Agent``."""

    id: str
    token: str
    user_id: str
    org_id: str
    agent: str
    opened_at: datetime
    seen_at: datetime


class KnownSession(NamedTuple):
    """The user, organisation, role and plan that a session authenticates a request with."""

    id: str
    user_id: str
    org_id: str
    role: Role
    plan: Plan
    plan_since: datetime
    seen_at: datetime


class SessionNotFound(NotFound):
    code = "SESSION_NOT_FOUND"
    message = "There is no such login session."


class SessionStore(Protocol):
    async def add(self, session: LoginSession) -> None: ...

    async def remove(self, session_id: str, user_id: str) -> bool:
        """Delete a session; ``False`` if it has ended or is not the user's."""
        ...

    async def of_user(self, user_id: str, since: datetime) -> Sequence[LoginSession]:
        """Return a user's sessions used since a time, the last used first."""
        ...

    async def find(self, tokens: Sequence[str]) -> Mapping[str, KnownSession]:
        """Return valid sessions by token digest; the user must still be a member."""
        ...


class NewSession(NamedTuple):
    """An opened session: ``token`` is for the cookie only, ``position`` the log-in event's."""

    session_id: str
    token: str
    position: int


class LoginSessions:
    def __init__(
        self,
        store: SessionStore,
        users: Users,
        tokens: SecretTokens,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._store = store
        self._users = users
        self._tokens = tokens
        self._clock = clock
        self._new_key = new_key

    async def open(
        self, user_id: str, org_id: str, method: LogInMethod, agent: str, request_id: str
    ) -> NewSession:
        """Record the log-in, then store the session: no session is without its event."""
        session_id = self._new_key()
        command = RecordLogIn(session_id=session_id, method=method)
        written = await self._users.record(user_id, command, request_id)
        token = await self._add(session_id, user_id, org_id, agent)
        return NewSession(session_id, token, written.position)

    async def switch(
        self, user_id: str, ended: str, org_id: str, agent: str, request_id: str
    ) -> NewSession:
        """Replace a session by one in another organisation; raises ``SessionNotFound``."""
        if not await self._store.remove(ended, user_id):
            raise SessionNotFound
        session_id = self._new_key()
        command = RecordSwitch(session_id=session_id, ended=ended, organisation_id=org_id)
        written = await self._users.record(user_id, command, request_id)
        token = await self._add(session_id, user_id, org_id, agent)
        return NewSession(session_id, token, written.position)

    async def end(self, user_id: str, session_id: str, request_id: str) -> None:
        """End a session of the user and record it; raises ``SessionNotFound``."""
        if not await self._store.remove(session_id, user_id):
            raise SessionNotFound
        await self._users.record(user_id, RecordLogOut(session_id=session_id), request_id)

    async def of_user(self, user_id: str) -> Sequence[LoginSession]:
        return await self._store.of_user(user_id, self._clock() - IDLE)

    async def _add(self, session_id: str, user_id: str, org_id: str, agent: str) -> str:
        token, now = self._tokens.new(TOKEN_BYTES), self._clock()
        session = LoginSession(
            id=session_id,
            token=self._tokens.digest(token),
            user_id=user_id,
            org_id=org_id,
            agent=agent[:MAX_USER_AGENT],
            opened_at=now,
            seen_at=now,
        )
        await self._store.add(session)
        return token
