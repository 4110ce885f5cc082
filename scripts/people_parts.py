"""The composition root's share of people: users, log-ins, memberships, and the mail about them."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from adapters.identifiers import new_key
from adapters.postgres_jobs import PostgresJobs
from adapters.postgres_login_links import PostgresLoginLinks
from adapters.postgres_login_sessions import PostgresLoginSessions
from adapters.postgres_reader import PostgresReader
from application.claims import Claims
from application.forgetting_log_ins import ForgettingLogIns
from application.github_logins import GitHubLogins
from application.identity import KeyDigests
from application.invitation_mail import INVITATION, InvitationMail
from application.invitations import Invitations
from application.jobs import JobKinds
from application.login_links import LoginLinks
from application.login_mail import LOGIN_LINK, LoginLinkMail
from application.login_sessions import LoginSessions
from application.logins import Logins, SignUp
from application.mail import CountedMailer, Mailer
from application.memberships import Memberships
from application.metrics import Metrics
from application.people import People
from application.streams import Streams
from application.tokens import Tokens
from projections.members import Members
from projections.organisations import Organisations
from projections.users import Users


class Common(NamedTuple):
    """What a process has that people's parts are made with; ``wake`` tells workers of a job."""

    select: PostgresReader
    streams: Streams
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
        self.tokens = Tokens(common.digests, common.random)
        self.users = Users(select)
        self.members = Members(select, clock)
        self.organisations = Organisations(select)
        self.session_store = PostgresLoginSessions(select)
        self.link_store = PostgresLoginLinks(select, common.wake)
        self.people = People(common.streams, common.claims, common.digests, new_key)
        self.memberships = Memberships(common.streams)
        self.links = LoginLinks(self.link_store, self.tokens, clock, new_key)
        self.sessions = LoginSessions(self.session_store, self.people, self.tokens, clock, new_key)
        self.logins = Logins(self.people, self.memberships, self.members, self.sessions, sign_up)
        self.github_logins = GitHubLogins(self.people, self.logins)
        jobs = PostgresJobs(select, common.wake)
        self.invitations = Invitations(self.memberships, self.members, jobs, clock, new_key)
        self.forgetting = ForgettingLogIns(self.link_store, self.session_store, clock)
        self.mails = {} if mailer is None else self._mails(mailer, common)

    def _mails(self, mailer: Mailer, common: Common) -> JobKinds:
        """Say how each kind of mail is made; none is where there is no way to send it."""
        counted = CountedMailer(mailer, common.metrics.mails)
        return {
            LOGIN_LINK: LoginLinkMail(self.links, self.logins, counted),
            INVITATION: InvitationMail(common.streams.log, counted, common.clock),
        }
