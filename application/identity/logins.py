"""Whoever has shown that an address is theirs is let in, whichever way they have shown it."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from application.eventstore.envelope import Origin
from application.identity.memberships import Memberships
from application.identity.sessions import LoginSessions, Opened
from application.identity.users import Users
from domain.identity.events import LogInMethod
from domain.identity.plans import Plan
from domain.identity.users import UserExists
from domain.refusals import Forbidden


class SignUp(Enum):
    """Whether an unknown address becomes a user: wire.md, sign-up."""

    OPEN = "open"
    INVITE = "invite"


class NotInvited(Forbidden):
    code = "NOT_INVITED"
    message = "There is no account for this address, and nobody has invited it."


class NoOrganisation(Forbidden):
    code = "NO_ORGANISATION"
    message = "This account belongs to no organisation any more. Ask one for an invitation."


class Joined(Protocol):
    @property
    def id(self) -> str: ...


class Received(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def organisation_id(self) -> str: ...


class MembershipQueries(Protocol):
    """Port: where people belong, as the read model has it."""

    async def of_user(self, user_id: str) -> Sequence[Joined]:
        """Return the organisations of a user, the one joined first in front."""
        ...

    async def invitations_to(self, email: str) -> Sequence[Received]:
        """Return invitations of an address that hold, the oldest first."""
        ...


class Arrival(NamedTuple):
    """An address that has been shown to be somebody's: how, in which browser and request."""

    email: str
    method: LogInMethod
    agent: str
    request_id: str


class LoggedIn(NamedTuple):
    user_id: str
    org_id: str
    session: Opened


class Logins:
    def __init__(
        self,
        people: Users,
        memberships: Memberships,
        belongings: MembershipQueries,
        sessions: LoginSessions,
        sign_up: SignUp,
    ) -> None:
        self._people = people
        self._memberships = memberships
        self._belongings = belongings
        self.sessions = sessions
        self._sign_up = sign_up

    async def welcome(self, email: str) -> bool:
        """Tell whether an address could be logged in with, once it is shown to be somebody's."""
        if self._sign_up is SignUp.OPEN or await self._people.user_of(email) is not None:
            return True
        return bool(await self._belongings.invitations_to(email))

    async def log_in(self, arrival: Arrival) -> LoggedIn:
        """Open a session for the address; raises ``NotInvited`` or ``NoOrganisation``.

        Somebody new joins whoever invited them first, else (where sign-up is open) founds an
        organisation on plan trial.
        """
        invitations = await self._belongings.invitations_to(arrival.email)
        user_id = await self._people.user_of(arrival.email)
        if user_id is None and not invitations:
            return await self._sign_in_newcomer(arrival)
        if user_id is None:
            user_id = await self._registered(arrival, invitations[0].organisation_id)
        org_id = await self._place(user_id, invitations, arrival)
        return await self._open(user_id, org_id, arrival)

    async def log_in_user(self, user_id: str, arrival: Arrival) -> LoggedIn:
        """Open a session for a user who is known by other means; raises ``NoOrganisation``."""
        invitations = await self._belongings.invitations_to(arrival.email)
        return await self._open(user_id, await self._place(user_id, invitations, arrival), arrival)

    async def _sign_in_newcomer(self, arrival: Arrival) -> LoggedIn:
        if self._sign_up is not SignUp.OPEN:
            raise NotInvited
        founded = await self._people.sign_up(arrival.email, Plan.TRIAL, arrival.request_id)
        return await self._open(founded.user_id, founded.org_id, arrival)

    async def _registered(self, arrival: Arrival, org_id: str) -> str:
        try:
            return await self._people.register(arrival.email, org_id, arrival.request_id)
        except UserExists:
            if (user_id := await self._people.user_of(arrival.email)) is None:
                raise
            return user_id

    async def _place(self, user_id: str, invitations: Sequence[Received], arrival: Arrival) -> str:
        """Return where to act: an organisation of the user's, else one that invites them."""
        if belongs := await self._belongings.of_user(user_id):
            return belongs[0].id
        if not invitations:
            raise NoOrganisation
        invited = invitations[0]
        by = Origin(
            actor=f"user:{user_id}",
            org_id=invited.organisation_id,
            correlation_id=arrival.request_id,
        )
        await self._memberships.accept(invited.id, user_id, by)
        return invited.organisation_id

    async def _open(self, user_id: str, org_id: str, arrival: Arrival) -> LoggedIn:
        opened = await self.sessions.open(
            user_id, org_id, arrival.method, arrival.agent, arrival.request_id
        )
        return LoggedIn(user_id, org_id, opened)
