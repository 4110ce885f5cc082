"""Magic links: requested in a browser, sent by mail, valid once in that browser for 15 minutes.

A request looks nothing up, so that known and unknown addresses get the same answer. The job that
sends the mail makes the token; only its digest is stored.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import msgspec

from application.identity.secret_tokens import SecretTokens
from domain.identity.email import canonical_email
from domain.refusals import Unauthorized

VALID: Final = timedelta(minutes=15)
TOKEN_BYTES: Final = 16
"""128 bits."""


class LoginLink(msgspec.Struct, frozen=True):
    """A requested link: ``browser`` is a digest, ``base`` the service's URL in the browser."""

    id: str
    email: str
    browser: str
    base: str
    expires_at: datetime


class LinkRefused(Unauthorized):
    """The link is unknown, used, expired or another browser's: one answer for all."""

    message = (
        "This link cannot be used: it is older than 15 minutes, was used before, or was asked for "
        "in another browser. Ask for a new one, and open it where you asked."
    )


class LinkStore(Protocol):
    async def add(self, link: LoginLink, now: datetime) -> None:
        """Store a link and enqueue its mail, in one transaction."""
        ...

    async def issue(self, link_id: str, token: str, now: datetime) -> LoginLink | None:
        """Replace the digest of a link's token; ``None`` if the link is used or expired."""
        ...

    async def redeem(self, token: str, browser: str, now: datetime) -> str | None:
        """Use a link up and return its address; ``None`` if there is no valid one."""
        ...


class IssuedLink(NamedTuple):
    """A link with its token, to be mailed; the token is stored nowhere."""

    link: LoginLink
    token: str


class LoginLinks:
    def __init__(
        self,
        store: LinkStore,
        tokens: SecretTokens,
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._new_key = new_key

    async def request_link(self, email: str, base: str) -> str:
        """Request a link by mail; return the browser's token. Raises ``InvalidEmail``."""
        browser, now = self._tokens.new(TOKEN_BYTES), self._clock()
        link = LoginLink(
            id=self._new_key(),
            email=canonical_email(email),
            browser=self._tokens.digest(browser),
            base=base,
            expires_at=now + VALID,
        )
        await self._store.add(link, now)
        return browser

    def subject(self, email: str) -> str:
        """Return the subject of an address's rate limit; raises ``InvalidEmail``."""
        return self._tokens.digest(f"limit:{canonical_email(email)}")

    def decoy(self) -> str:
        """Return a browser token bound to no link, for an address over its rate limit."""
        return self._tokens.new(TOKEN_BYTES)

    async def issue(self, link_id: str) -> IssuedLink | None:
        """Make the token of a link; ``None`` if the link is used or expired."""
        token = self._tokens.new(TOKEN_BYTES)
        link = await self._store.issue(link_id, self._tokens.digest(token), self._clock())
        return None if link is None else IssuedLink(link, token)

    async def redeem(self, token: str, browser: str) -> str:
        """Use a link up and return the address it verifies; raises ``LinkRefused``."""
        digests = self._tokens.digest(token), self._tokens.digest(browser)
        if (email := await self._store.redeem(*digests, self._clock())) is None:
            raise LinkRefused
        return email
