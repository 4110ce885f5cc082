"""Use cases for users: who they are by their address, and what is recorded of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from application.eventstore.command_handler import CommandHandler, Written
from application.eventstore.envelope import Origin, RecordedEvent
from application.eventstore.event_store import Append, Claim, Claims, ValueTaken
from application.identity.organisations_and_keys import NAME, ORGANISATION, USER, KeyDigests
from domain.identity import organisations
from domain.identity.email import canonical_email
from domain.identity.organisations import CreateOrganisation
from domain.identity.plans import Plan
from domain.identity.users import LinkGitHub, RegisterUser, UserCommand, UserExists, UserNotFound

EMAIL: Final = "user.email"
GITHUB: Final = "user.github"
SHOWN_DIGITS: Final = 8


class SignedUp(NamedTuple):
    user_id: str
    org_id: str


class Users:
    """Addresses are claimed by digest: what is claimed is kept in the clear and for ever."""

    def __init__(
        self,
        streams: CommandHandler,
        claims: Claims,
        digests: KeyDigests,
        new_key: Callable[[], str],
    ) -> None:
        self._streams = streams
        self._claims = claims
        self._digests = digests
        self._new_key = new_key

    async def user_of(self, email: str) -> str | None:
        """Return the id of the user with an address; raises ``InvalidEmail``."""
        digest = self._digest(email)
        return (await self._claims.holders(EMAIL, "", [digest])).get(digest)

    async def register(self, email: str, org_id: str, request_id: str) -> str:
        """Make a user of an organisation's; raises ``UserExists``."""
        user_id = self._new_key()
        by = _in_person(user_id, org_id, request_id)
        command: UserCommand = RegisterUser(email=email)

        def enclose(records: tuple[RecordedEvent, ...]) -> Append:
            return Append(records=records, claims=(self._claim(email, user_id),))

        try:
            await self._streams.begin(USER, user_id, command, by, enclose=enclose)
        except ValueTaken as taken:
            raise UserExists from taken
        return user_id

    async def sign_up(self, email: str, plan: Plan, request_id: str) -> SignedUp:
        """Make a user and an organisation of their own, at once; raises ``UserExists``.

        It is named by its id, since names are claimed in the clear and an address is personal.
        """
        user_id, org_id = self._new_key(), self._new_key()
        by = _in_person(user_id, org_id, request_id)
        name = f"org-{org_id[-SHOWN_DIGITS:]}"
        found = CreateOrganisation(name=name, plan=plan, owner=user_id)
        claims = (Claim(NAME, "", name, org_id), self._claim(email, user_id))

        def enclose(records: tuple[RecordedEvent, ...]) -> Append:
            return Append(records=(*records, *self._founding(org_id, found, by)), claims=claims)

        command: UserCommand = RegisterUser(email=email)
        try:
            await self._streams.begin(USER, user_id, command, by, enclose=enclose)
        except ValueTaken as taken:
            raise UserExists from taken
        return SignedUp(user_id, org_id)

    async def linked_to(self, github_id: str) -> str | None:
        """Return the id of the user that an account at GitHub was linked to."""
        return (await self._claims.holders(GITHUB, "", [github_id])).get(github_id)

    async def link_github(self, user_id: str, github_id: str, request_id: str) -> None:
        """Have an account at GitHub log this user in from now on; one that is another's stays."""
        if (home := await self._streams.owner(USER, user_id)) is None:
            raise UserNotFound
        by = _in_person(user_id, home, request_id)
        claims = (Claim(GITHUB, "", github_id, user_id),)

        def enclose(records: tuple[RecordedEvent, ...]) -> Append:
            return Append(records=records, claims=claims)

        command: UserCommand = LinkGitHub(github_id=github_id)
        with suppress(ValueTaken):
            await self._streams.execute(USER, user_id, command, by, enclose=enclose)

    async def record(self, user_id: str, command: UserCommand, request_id: str) -> Written:
        """Record what a user did in person; raises ``UserNotFound``."""
        if (home := await self._streams.owner(USER, user_id)) is None:
            raise UserNotFound
        by = _in_person(user_id, home, request_id)
        return await self._streams.execute(USER, user_id, command, by)

    def _founding(
        self, org_id: str, command: CreateOrganisation, by: Origin
    ) -> Sequence[RecordedEvent]:
        now, stream = self._streams.clock(), ORGANISATION.stream(org_id)
        events = organisations.decide(None, command, now)
        return [
            self._streams.envelope(stream, version, event, by, now)
            for version, event in enumerate(events, start=1)
        ]

    def _claim(self, email: str, user_id: str) -> Claim:
        return Claim(EMAIL, "", self._digest(email), user_id)

    def _digest(self, email: str) -> str:
        return self._digests.of(f"email:{canonical_email(email)}")


def _in_person(user_id: str, org_id: str, request_id: str) -> Origin:
    return Origin(actor=f"user:{user_id}", org_id=org_id, correlation_id=request_id)
