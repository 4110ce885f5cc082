"""Use cases for organisations and their API keys."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import Claims, ConcurrentWrite, ValueTaken
from application.eventstore.idempotency import IdempotentRequest
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from domain.identity import keys, organisations, users
from domain.identity.key_text import DIGITS, RANDOM_DIGITS, key_text
from domain.identity.keys import (
    IssueKey,
    Key,
    KeyCommand,
    KeyNotFound,
    RotateKey,
)
from domain.identity.organisations import (
    LOCAL,
    ChangePlan,
    CreateOrganisation,
    Organisation,
    OrganisationCommand,
    OrganisationExists,
    OrganisationNotFound,
)
from domain.identity.plans import Plan
from domain.identity.scopes import Scope
from domain.identity.users import User

ORGANISATION: Final = Decider(
    "organisation", Organisation, organisations.decide, organisations.evolve
)
USER: Final = Decider("user", User, users.decide, users.evolve)
KEY: Final = Decider("key", Key, keys.decide, keys.evolve)
NAME: Final = "organisation.name"
PEPPER_VERSION: Final = 1


class IssuedKey(NamedTuple):
    """``text`` is shown this once and kept nowhere."""

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
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None


class Identity:
    def __init__(
        self,
        transactions: Transactions,
        claims: Claims,
        digests: KeyDigests,
        new_key: Callable[[], str],
        random_digit: Callable[[str], str],
    ) -> None:
        self._transactions = transactions
        self._claims = claims
        self._digests = digests
        self._new_key = new_key
        self._random_digit = random_digit

    async def create_organisation(
        self, name: str, plan: Plan, actor: str, request_id: str
    ) -> tuple[str, Written]:
        """Found an organisation; its name is its own among all. Returns its id."""
        org_id = LOCAL if name == LOCAL else self._new_key()
        by = Origin(actor=actor, org_id=org_id, correlation_id=request_id)
        command: OrganisationCommand = CreateOrganisation(name=name, plan=plan)

        def found(tx: Transaction) -> Decision:
            tx.claim(NAME, "", name, org_id)
            return tx.begin(ORGANISATION, org_id, command)

        try:
            written = await self._transactions.run(by, found)
        except (ValueTaken, ConcurrentWrite) as taken:  # the local one has its id from its name
            raise OrganisationExists from taken
        return org_id, written

    async def organisation_named(self, name: str) -> str | None:
        return (await self._claims.holders(NAME, "", [name])).get(name)

    async def change_plan(self, name: str, plan: Plan, actor: str, request_id: str) -> Written:
        if (org_id := await self.organisation_named(name)) is None:
            raise OrganisationNotFound
        by = Origin(actor=actor, org_id=org_id, correlation_id=request_id)
        command: OrganisationCommand = ChangePlan(plan=plan)
        return await self._transactions.execute(ORGANISATION, org_id, command, by)

    async def issue_key(
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

    async def rotate_key(
        self, key_id: str, overlap: timedelta, by: Origin, once: IdempotentRequest | None = None
    ) -> IssuedKey:
        """Give a key of ``by.org_id`` another text; the one before works for the overlap."""
        text = self._new_text()
        command: KeyCommand = RotateKey(
            digest=self._digests.of(text), pepper=PEPPER_VERSION, last4=text[-4:], overlap=overlap
        )
        written = await self._transactions.execute(KEY, key_id, command, by, once=once)
        return IssuedKey(key_id, text, written)

    async def owner_of_key(self, key_id: str) -> str:
        """Return whose a key is, for operators; raises ``KeyNotFound``."""
        if (owner := await self._transactions.owner(KEY, key_id)) is None:
            raise KeyNotFound
        return owner

    def _new_text(self) -> str:
        return key_text(self._random_digit(DIGITS) for _ in range(RANDOM_DIGITS))
