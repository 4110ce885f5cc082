"""Login sessions on Postgres, by the digest of the cookie's token."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, LiteralString

from adapters.postgres.reader import PostgresReader
from application.identity.sessions import KnownSession, LoginSession
from domain.identity.plans import Plan
from domain.identity.roles import Role

ADD: Final[LiteralString] = """
    INSERT INTO login_sessions (id, token, user_id, org_id, agent, opened_at, seen_at)
    VALUES (%b, %b, %b, %b, %b, %b, %b) RETURNING 1
"""
REMOVE: Final[LiteralString] = """
    DELETE FROM login_sessions WHERE id = %b AND user_id = %b RETURNING 1
"""
OF_USER: Final[LiteralString] = """
    SELECT id, token, user_id, org_id, agent, opened_at, seen_at FROM login_sessions
    WHERE user_id = %b AND seen_at > %b ORDER BY seen_at DESC, id DESC
"""
KNOWN: Final[LiteralString] = """
    SELECT s.token, s.id, s.user_id, s.org_id, m.role, o.plan,
           to_timestamp(o.plan_since / 1000.0), s.seen_at
    FROM login_sessions s
    JOIN models.members m ON m.org_id = s.org_id AND m.user_id = s.user_id
    JOIN models.organisations o ON o.id = s.org_id
    WHERE s.token = ANY(%b::text[])
"""
FORGET: Final[LiteralString] = """
    DELETE FROM login_sessions WHERE seen_at <= %b RETURNING 1
"""


class PostgresLoginSessions:
    """Implements ``application.identity.sessions.SessionStore``."""

    def __init__(self, select: PostgresReader) -> None:
        self._select = select

    async def add(self, session: LoginSession) -> None:
        times = (session.opened_at, session.seen_at)
        whose = (session.user_id, session.org_id, session.agent)
        await self._select(ADD, (session.id, session.token, *whose, *times))

    async def remove(self, session_id: str, user_id: str) -> bool:
        return bool(await self._select(REMOVE, (session_id, user_id)))

    async def of_user(self, user_id: str, since: datetime) -> Sequence[LoginSession]:
        return [LoginSession(*row) for row in await self._select(OF_USER, (user_id, since))]

    async def find(self, tokens: Sequence[str]) -> Mapping[str, KnownSession]:
        rows = await self._select(KNOWN, (list(tokens),))
        return {
            token: KnownSession(key, user_id, org_id, Role(role), Plan(plan), since, seen_at)
            for token, key, user_id, org_id, role, plan, since, seen_at in rows
        }

    async def delete_expired(self, until: datetime) -> None:
        """Delete the sessions that were last used by then."""
        await self._select(FORGET, (until,))
