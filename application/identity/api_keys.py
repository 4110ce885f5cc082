"""Use cases for API keys: issue, rotate, find the owner."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transactions import Transactions, Written
from domain.identity.key_text import DIGITS, RANDOM_DIGITS, key_text
from domain.identity.keys import (
    IssueKey,
    Key,
    KeyCommand,
    KeyNotFound,
    RotateKey,
    decide,
    evolve,
)
from domain.identity.scopes import Scope

KEY: Final = Decider("key", Key, decide, evolve)
PEPPER_VERSION: Final = 1


class IssuedKey(NamedTuple):
    """An issued or rotated key; ``text`` is shown this once and stored nowhere."""

    key_id: str
    text: str
    written: Written


class KeyDigests:
    """HMAC-SHA256 of a key's text under the pepper; compared by looking the digest up."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def of(self, text: str) -> str:
        return hmac.digest(self._pepper, text.encode(), "sha256").hex()


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The name, scopes and expiry of a key to issue."""

    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None


class ApiKeys:
    """``random_digit`` returns a random character of an alphabet."""

    def __init__(
        self,
        transactions: Transactions,
        digests: KeyDigests,
        new_key: Callable[[], str],
        random_digit: Callable[[str], str],
    ) -> None:
        self._transactions = transactions
        self._digests = digests
        self._new_key = new_key
        self._random_digit = random_digit

    async def issue(
        self, request: KeyRequest, by: Origin, once: IdempotentRequest | None = None
    ) -> IssuedKey:
        """Issue a key that acts for ``by.org_id``."""
        text = self._new_text()
        command: KeyCommand = IssueKey(
            org_id=by.org_id,
            name=request.name,
            scopes=request.scopes,
            digest=self._digests.of(text),
            pepper=PEPPER_VERSION,
            last4=text[-4:],
            expires_at=request.expires_at,
        )
        key_id = self._new_key()
        written = await self._transactions.begin(KEY, key_id, command, by, once=once)
        return IssuedKey(key_id, text, written)

    async def rotate(
        self, key_id: str, overlap: timedelta, by: Origin, once: IdempotentRequest | None = None
    ) -> IssuedKey:
        """Replace the text of a key of ``by.org_id``; the previous text works for the overlap."""
        text = self._new_text()
        command: KeyCommand = RotateKey(
            digest=self._digests.of(text), pepper=PEPPER_VERSION, last4=text[-4:], overlap=overlap
        )
        written = await self._transactions.execute(KEY, key_id, command, by, once=once)
        return IssuedKey(key_id, text, written)

    async def owner_of(self, key_id: str) -> str:
        """Return the id of a key's organisation, for operators; raises ``KeyNotFound``."""
        if (owner := await self._transactions.owner(KEY, key_id)) is None:
            raise KeyNotFound
        return owner

    def _new_text(self) -> str:
        return key_text(self._random_digit(DIGITS) for _ in range(RANDOM_DIGITS))
