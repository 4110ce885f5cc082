"""The composition root's share of people: users, log-ins, memberships, and the mail about them."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from adapters.crypto.ids import new_key
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.login_links import PostgresLoginLinks
from adapters.postgres.login_sessions import PostgresLoginSessions
from adapters.postgres.reader import PostgresReader
from application.eventstore.event_store import Claims
from application.eventstore.transactions import Transactions
from application.identity.expire_logins_job import ExpireLoginsJob
from application.identity.github_logins import GitHubLogins
from application.identity.invitation_mail import INVITATION, InvitationMail
from application.identity.invitations import Invitations
from application.identity.login_links import LoginLinks
from application.identity.login_mail import LOGIN_LINK, LoginLinkMail
from application.identity.logins import Logins, SignUp
from application.identity.memberships import Memberships
from application.identity.organisations_and_keys import KeyDigests
from application.identity.secret_tokens import SecretTokens
from application.identity.sessions import LoginSessions
from application.identity.users import Users
from application.jobs.jobs import JobKinds
from application.mail.mail import CountedMailer, Mailer
from application.telemetry.metrics import Metrics
from projections.identity.members import MemberQueries
from projections.identity.organisations import OrganisationQueries
from projections.identity.users import UserQueries


class Common(NamedTuple):
    """What a process has that people's parts are made with; ``wake`` tells workers of a job."""

    select: PostgresReader
    transactions: Transactions
    claims: Claims
    digests: KeyDigests
    random: Callable[[int], bytes]
    clock: Callable[[], datetime]
    metrics: Metrics
    wake: Callable[[str], None]


class PeopleParts:
    """``mailer`` is ``None`` where no mail can be sent."""

    def __init__(self, common: Common, sign_up: SignUp, mailer: Mailer | None) -> None:
        select, clock = common.select, common.clock
        self.tokens = SecretTokens(common.digests, common.random)
        self.users = UserQueries(select)
        self.members = MemberQueries(select, clock)
        self.organisations = OrganisationQueries(select)
        self.session_store = PostgresLoginSessions(select)
        self.link_store = PostgresLoginLinks(select, common.wake)
        self.people = Users(common.transactions, common.claims, common.digests, new_key)
        self.memberships = Memberships(common.transactions)
        self.links = LoginLinks(self.link_store, self.tokens, clock, new_key)
        self.sessions = LoginSessions(self.session_store, self.people, self.tokens, clock, new_key)
        self.logins = Logins(self.people, self.memberships, self.members, self.sessions, sign_up)
        self.github_logins = GitHubLogins(self.people, self.logins)
        jobs = PostgresJobs(select, common.wake)
        self.invitations = Invitations(self.memberships, self.members, jobs, clock, new_key)
        self.forgetting = ExpireLoginsJob(self.link_store, self.session_store, clock)
        self.mails = {} if mailer is None else self._mails(mailer, common)

    def _mails(self, mailer: Mailer, common: Common) -> JobKinds:
        """Say how each kind of mail is made; none is where there is no way to send it."""
        counted = CountedMailer(mailer, common.metrics.mails)
        return {
            LOGIN_LINK: LoginLinkMail(self.links, self.logins, counted),
            INVITATION: InvitationMail(common.transactions.log, counted, common.clock),
        }
