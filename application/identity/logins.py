"""Use cases for log-in: opens a session for a verified e-mail address."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from application.eventstore.envelope import Origin
from application.identity.memberships import Memberships
from application.identity.sessions import LoginSessions, NewSession
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
    message = "There is no account for this address, and no invitation."


class NoOrganisation(Forbidden):
    code = "NO_ORGANISATION"
    message = "This account belongs to no organisation any more. Ask one for an invitation."


class MemberOrganisation(Protocol):
    """An organisation that a user is a member of."""

    @property
    def id(self) -> str: ...


class ReceivedInvitation(Protocol):
    """An open invitation to an address."""

    @property
    def id(self) -> str: ...

    @property
    def organisation_id(self) -> str: ...


class MembershipQueries(Protocol):
    """Port: read model of memberships and invitations."""

    async def of_user(self, user_id: str) -> Sequence[MemberOrganisation]:
        """Return the organisations of a user, in the order of joining."""
        ...

    async def invitations_to(self, email: str) -> Sequence[ReceivedInvitation]:
        """Return open invitations to an address, oldest first."""
        ...


class LoginRequest(NamedTuple):
    """A verified address: the method, browser (``agent``) and HTTP request of the log-in."""

    email: str
    method: LogInMethod
    agent: str
    request_id: str


class LoginResult(NamedTuple):
    """The user, the organisation and the new session."""

    user_id: str
    org_id: str
    session: NewSession


class Logins:
    def __init__(
        self,
        users: Users,
        memberships: Memberships,
        membership_queries: MembershipQueries,
        sessions: LoginSessions,
        sign_up: SignUp,
    ) -> None:
        self._users = users
        self._memberships = memberships
        self._membership_queries = membership_queries
        self.sessions = sessions
        self._sign_up = sign_up

    async def may_log_in(self, email: str) -> bool:
        """Tell whether an address can log in once it is verified."""
        if self._sign_up is SignUp.OPEN or await self._users.find_by_email(email) is not None:
            return True
        return bool(await self._membership_queries.invitations_to(email))

    async def log_in(self, login: LoginRequest) -> LoginResult:
        """Open a session for the address; raises ``NotInvited`` or ``NoOrganisation``.

        A new user joins the organisation that invited them first; without an invitation, and where
        sign-up is open, they get an organisation of their own on plan trial.
        """
        invitations = await self._membership_queries.invitations_to(login.email)
        user_id = await self._users.find_by_email(login.email)
        if user_id is None and not invitations:
            return await self._sign_up_new_user(login)
        if user_id is None:
            user_id = await self._register(login, invitations[0].organisation_id)
        org_id = await self._find_organisation(user_id, invitations, login)
        return await self._open(user_id, org_id, login)

    async def log_in_user(self, user_id: str, login: LoginRequest) -> LoginResult:
        """Open a session for a user identified without an address; raises ``NoOrganisation``."""
        invitations = await self._membership_queries.invitations_to(login.email)
        org_id = await self._find_organisation(user_id, invitations, login)
        return await self._open(user_id, org_id, login)

    async def _sign_up_new_user(self, login: LoginRequest) -> LoginResult:
        if self._sign_up is not SignUp.OPEN:
            raise NotInvited
        account = await self._users.sign_up(login.email, Plan.TRIAL, login.request_id)
        return await self._open(account.user_id, account.org_id, login)

    async def _register(self, login: LoginRequest, org_id: str) -> str:
        try:
            return await self._users.register(login.email, org_id, login.request_id)
        except UserExists:
            if (user_id := await self._users.find_by_email(login.email)) is None:
                raise
            return user_id

    async def _find_organisation(
        self, user_id: str, invitations: Sequence[ReceivedInvitation], login: LoginRequest
    ) -> str:
        """Return the first organisation of a user; without one, accept the first invitation."""
        if organisations := await self._membership_queries.of_user(user_id):
            return organisations[0].id
        if not invitations:
            raise NoOrganisation
        invited = invitations[0]
        by = Origin(
            actor=f"user:{user_id}",
            org_id=invited.organisation_id,
            correlation_id=login.request_id,
        )
        await self._memberships.accept(invited.id, user_id, by)
        return invited.organisation_id

    async def _open(self, user_id: str, org_id: str, login: LoginRequest) -> LoginResult:
        session = await self.sessions.open(
            user_id, org_id, login.method, login.agent, login.request_id
        )
        return LoginResult(user_id, org_id, session)
