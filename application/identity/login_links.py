"""Magic links: asked for in a browser, sent by mail, and good once, there, for 15 minutes.

Asking looks nothing up, so that an address that is known is answered like one that is not. What the
mail holds is made by the job that sends it: until then there is no token, and after it only its
digest.
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
    """``browser`` is a digest; ``base`` the service's address as the browser knows it."""

    id: str
    email: str
    browser: str
    base: str
    expires_at: datetime


class LinkRefused(Unauthorized):
    """Unknown, used, expired or another browser's: all alike."""

    message = (
        "This link cannot be used: it is older than 15 minutes, was used before, or was asked for "
        "in another browser. Ask for a new one, and open it where you asked."
    )


class LinkStore(Protocol):
    async def add(self, link: LoginLink, now: datetime) -> None:
        """Keep a link and the job of mailing it, both or none."""
        ...

    async def issue(self, link_id: str, token: str, now: datetime) -> LoginLink | None:
        """Give a link its token's digest, instead of any before; ``None`` when it is over."""
        ...

    async def redeem(self, token: str, browser: str, now: datetime) -> str | None:
        """Take a link out of use and return its address; ``None`` when there is none to take."""
        ...


class Armed(NamedTuple):
    """A link ready to be mailed; ``token`` is in no table."""

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

    async def ask(self, email: str, base: str) -> str:
        """Have a link mailed; returns what binds it to the browser. Raises ``InvalidEmail``."""
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
        """Return what an address is called where limits are counted; raises ``InvalidEmail``."""
        return self._tokens.digest(f"limit:{canonical_email(email)}")

    def decoy(self) -> str:
        """Make what ``ask`` returns for who is not to be mailed again so soon."""
        return self._tokens.new(TOKEN_BYTES)

    async def issue(self, link_id: str) -> Armed | None:
        """Make the token of a link; ``None`` when it is no longer wanted."""
        token = self._tokens.new(TOKEN_BYTES)
        link = await self._store.issue(link_id, self._tokens.digest(token), self._clock())
        return None if link is None else Armed(link, token)

    async def redeem(self, token: str, browser: str) -> str:
        """Return the address that a link proves, this once; raises ``LinkRefused``."""
        digests = self._tokens.digest(token), self._tokens.digest(browser)
        if (email := await self._store.redeem(*digests, self._clock())) is None:
            raise LinkRefused
        return email
