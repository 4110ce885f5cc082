"""Login links on Postgres; a link and the job that mails it are written in one statement."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, LiteralString

import msgspec

from adapters.postgres.reader import PostgresReader
from application.identity.login_links import LoginLink
from application.identity.login_mail import LOGIN_LINK

ADD: Final[LiteralString] = """
    WITH link AS (
        INSERT INTO login_links (id, email, browser, base, expires_at)
        VALUES (%b, %b, %b, %b, %b)
    )
    INSERT INTO jobs (id, kind, arguments, due_at)
    VALUES (%b, %b, %b::text::jsonb, %b) RETURNING 1
"""
ISSUE: Final[LiteralString] = """
    UPDATE login_links SET token = %b WHERE id = %b AND expires_at > %b
    RETURNING id, email, browser, base, expires_at
"""
REDEEM: Final[LiteralString] = """
    DELETE FROM login_links WHERE token = %b AND browser = %b AND expires_at > %b RETURNING email
"""
FORGET: Final[LiteralString] = """
    DELETE FROM login_links WHERE expires_at <= %b RETURNING 1
"""


class PostgresLoginLinks:
    """Implements ``LinkStore``; ``wake`` sends a wake-up for a kind of job."""

    def __init__(self, select: PostgresReader, wake: Callable[[str], None]) -> None:
        self._select = select
        self._wake = wake

    async def add(self, link: LoginLink, now: datetime) -> None:
        row = (link.id, link.email, link.browser, link.base, link.expires_at)
        arguments = msgspec.json.encode({"link": link.id}).decode()
        job = (f"{LOGIN_LINK}-{link.id}", LOGIN_LINK, arguments, now)
        await self._select(ADD, (*row, *job))
        self._wake(LOGIN_LINK)

    async def issue(self, link_id: str, token: str, now: datetime) -> LoginLink | None:
        rows = await self._select(ISSUE, (token, link_id, now))
        return LoginLink(*rows[0]) if rows else None

    async def redeem(self, token: str, browser: str, now: datetime) -> str | None:
        rows = await self._select(REDEEM, (token, browser, now))
        return rows[0][0] if rows else None

    async def delete_expired(self, until: datetime) -> None:
        """Delete the links that expired by then."""
        await self._select(FORGET, (until,))
