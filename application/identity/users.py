"""Use cases for users: find by e-mail address, register, sign up, link a GitHub account."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from application.eventstore.decider import Decider
from application.eventstore.envelope import Origin
from application.eventstore.event_store import Claims, ValueTaken
from application.eventstore.transaction import Decision, Transaction
from application.eventstore.transactions import Transactions, Written
from application.identity.api_keys import KeyDigests
from application.identity.organisations import NAME, ORGANISATION
from domain.identity.email import canonical_email
from domain.identity.organisations import CreateOrganisation, OrganisationCommand
from domain.identity.plans import Plan
from domain.identity.users import (
    LinkGitHub,
    RegisterUser,
    User,
    UserCommand,
    UserExists,
    UserNotFound,
    decide,
    evolve,
)

USER: Final = Decider("user", User, decide, evolve)
EMAIL: Final = "user.email"
GITHUB: Final = "user.github"
SHOWN_DIGITS: Final = 8


class NewAccount(NamedTuple):
    """A signed-up user and their organisation."""

    user_id: str
    org_id: str


class Users:
    """Addresses are claimed by digest, since claims are stored in plain text and never erased."""

    def __init__(
        self,
        transactions: Transactions,
        claims: Claims,
        digests: KeyDigests,
        new_key: Callable[[], str],
    ) -> None:
        self._transactions = transactions
        self._claims = claims
        self._digests = digests
        self._new_key = new_key

    async def find_by_email(self, email: str) -> str | None:
        """Return the id of the user with an address; raises ``InvalidEmail``."""
        digest = self._digest(email)
        return (await self._claims.holders(EMAIL, "", [digest])).get(digest)

    async def register(self, email: str, org_id: str, request_id: str) -> str:
        """Register a user, recorded for an organisation; raises ``UserExists``."""
        user_id = self._new_key()
        by = _origin_of(user_id, org_id, request_id)
        command: UserCommand = RegisterUser(email=email)

        def plan(tx: Transaction) -> Decision:
            self._claim(tx, email, user_id)
            return tx.begin(USER, user_id, command)

        try:
            await self._transactions.run(by, plan)
        except ValueTaken as taken:
            raise UserExists from taken
        return user_id

    async def sign_up(self, email: str, plan: Plan, request_id: str) -> NewAccount:
        """Register a user with an organisation, in one transaction; raises ``UserExists``.

        The organisation is named by its id: claimed names are plain text, addresses are personal.
        """
        user_id, org_id = self._new_key(), self._new_key()
        by = _origin_of(user_id, org_id, request_id)
        name = f"org-{org_id[-SHOWN_DIGITS:]}"
        user: UserCommand = RegisterUser(email=email)
        organisation: OrganisationCommand = CreateOrganisation(name=name, plan=plan, owner=user_id)

        def sign_up(tx: Transaction) -> Decision:
            registered = tx.begin(USER, user_id, user)
            tx.begin(ORGANISATION, org_id, organisation)
            tx.claim(NAME, "", name, org_id)
            self._claim(tx, email, user_id)
            return registered

        try:
            await self._transactions.run(by, sign_up)
        except ValueTaken as taken:
            raise UserExists from taken
        return NewAccount(user_id, org_id)

    async def find_by_github(self, github_id: str) -> str | None:
        """Return the id of the user that a GitHub account is linked to."""
        return (await self._claims.holders(GITHUB, "", [github_id])).get(github_id)

    async def link_github(self, user_id: str, github_id: str, request_id: str) -> None:
        """Link a GitHub account to a user; one that is linked to another user stays theirs."""
        if (home := await self._transactions.owner(USER, user_id)) is None:
            raise UserNotFound
        by = _origin_of(user_id, home, request_id)
        command: UserCommand = LinkGitHub(github_id=github_id)

        def plan(tx: Transaction) -> Decision:
            tx.claim(GITHUB, "", github_id, user_id)
            return tx.execute(USER, user_id, command)

        with suppress(ValueTaken):
            await self._transactions.run(by, plan)

    async def record(self, user_id: str, command: UserCommand, request_id: str) -> Written:
        """Execute a command on a user's stream, on their own behalf; raises ``UserNotFound``."""
        if (home := await self._transactions.owner(USER, user_id)) is None:
            raise UserNotFound
        by = _origin_of(user_id, home, request_id)
        return await self._transactions.execute(USER, user_id, command, by)

    def _claim(self, tx: Transaction, email: str, user_id: str) -> None:
        tx.claim(EMAIL, "", self._digest(email), user_id)

    def _digest(self, email: str) -> str:
        return self._digests.of(f"email:{canonical_email(email)}")


def _origin_of(user_id: str, org_id: str, request_id: str) -> Origin:
    return Origin(actor=f"user:{user_id}", org_id=org_id, correlation_id=request_id)
