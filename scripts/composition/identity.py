"""Identity context: users, organisations, API keys, log-ins, memberships and their mail."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.crypto.random_bytes import random_digit
from adapters.crypto.sealed_tokens import AesSealedTokens
from adapters.postgres.last_used import KEYS, SESSIONS, PostgresLastUsed
from adapters.postgres.login_links import PostgresLoginLinks
from adapters.postgres.login_sessions import PostgresLoginSessions
from application.erasure.purge_job import EXPIRE_EVERY
from application.identity.api_keys import ApiKeys, KeyDigests
from application.identity.expire_logins_job import EXPIRE_LOGINS, ExpireLoginsJob
from application.identity.github_logins import GitHubLogins
from application.identity.invitation_mail import INVITATION, InvitationMail
from application.identity.invitations import Invitations
from application.identity.login_links import LoginLinks
from application.identity.login_mail import LOGIN_LINK, LoginLinkMail
from application.identity.logins import Logins
from application.identity.memberships import Memberships
from application.identity.organisations import Organisations
from application.identity.secret_tokens import SecretTokens
from application.identity.sessions import LoginSessions
from application.identity.users import Users
from application.jobs.jobs import JobKinds
from application.mail.mail import CountedMailer
from projections.identity.api_keys import ApiKeyQueries
from projections.identity.members import MemberQueries
from projections.identity.organisations import OrganisationQueries
from projections.identity.users import UserQueries
from scripts.composition.billing import BillingContext
from scripts.composition.kernel import Kernel
from scripts.composition.llm import LlmContext
from scripts.composition.module import Module

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from api.http.shared_services import SharedServices


class IdentityContext:
    """``billing`` and ``llm`` are for routes: usage, and provider credentials of keys."""

    def __init__(self, kernel: Kernel, billing: BillingContext, llm: LlmContext) -> None:
        self._kernel = kernel
        self._billing = billing
        self._llm = llm
        self.digests = KeyDigests(kernel.secrets.key_pepper)
        self.tokens = SecretTokens(self.digests, kernel.random)
        self.sealed = AesSealedTokens(kernel.secrets.key_pepper, kernel.random)
        self.api_key_queries = ApiKeyQueries(kernel.select)
        self.user_queries = UserQueries(kernel.select)
        self.member_queries = MemberQueries(kernel.select, kernel.clock)
        self.organisation_queries = OrganisationQueries(kernel.select)
        self.key_uses = PostgresLastUsed(kernel.read_pool, kernel.clock, KEYS)
        self.session_uses = PostgresLastUsed(kernel.read_pool, kernel.clock, SESSIONS)
        self._make_accounts(kernel)
        self._make_log_ins(kernel)

    def module(self) -> Module:
        return Module(
            routes=self._routes,
            jobs={EXPIRE_LOGINS: self.expire_logins, **self.mails},
            schedule={EXPIRE_LOGINS: EXPIRE_EVERY},
            supervised={"key uses": self.key_uses.run, "session uses": self.session_uses.run},
        )

    def _make_accounts(self, kernel: Kernel) -> None:
        self.organisations = Organisations(
            transactions=kernel.transactions, claims=kernel.claims, new_key=kernel.new_key
        )
        self.api_keys = ApiKeys(
            transactions=kernel.transactions,
            digests=self.digests,
            new_key=kernel.new_key,
            random_digit=random_digit,
        )
        self.users = Users(
            transactions=kernel.transactions,
            claims=kernel.claims,
            digests=self.digests,
            new_key=kernel.new_key,
        )
        self.memberships = Memberships(kernel.transactions)
        self.invitations = Invitations(
            memberships=self.memberships,
            membership_queries=self.member_queries,
            jobs=kernel.jobs,
            clock=kernel.clock,
            new_key=kernel.new_key,
        )

    def _make_log_ins(self, kernel: Kernel) -> None:
        link_store = PostgresLoginLinks(kernel.select, kernel.options.wake)
        self.session_store = PostgresLoginSessions(kernel.select)
        self.links = LoginLinks(
            store=link_store, tokens=self.tokens, clock=kernel.clock, new_key=kernel.new_key
        )
        self.sessions = LoginSessions(
            store=self.session_store,
            users=self.users,
            tokens=self.tokens,
            clock=kernel.clock,
            new_key=kernel.new_key,
        )
        self.logins = Logins(
            users=self.users,
            memberships=self.memberships,
            membership_queries=self.member_queries,
            sessions=self.sessions,
            sign_up=kernel.options.sign_up,
        )
        self.github_logins = GitHubLogins(self.users, self.logins)
        self.expire_logins = ExpireLoginsJob(link_store, self.session_store, kernel.clock)
        self.mails = self._mail_jobs(kernel)

    def _mail_jobs(self, kernel: Kernel) -> JobKinds:
        """Return the jobs that send mail; none without a mailer."""
        if kernel.options.mailer is None:
            return {}
        mailer = CountedMailer(kernel.options.mailer, kernel.metrics.mails)
        return {
            LOGIN_LINK: LoginLinkMail(self.links, self.logins, mailer),
            INVITATION: InvitationMail(kernel.log, mailer, kernel.clock),
        }

    def _routes(self, shared: "SharedServices") -> Sequence["ControllerRouterHandler"]:
        from api.auth.cookies import Cookies
        from api.http.base_url import BaseUrl
        from api.identity.open_session import OpenSession
        from api.identity.router import identity_routers
        from api.identity.services import IdentityServices

        remote = self._kernel.options.remote
        services = IdentityServices(
            api_keys=self.api_keys,
            api_key_queries=self.api_key_queries,
            credentials=self._llm.credentials,
            balances=self._billing.balances,
            links=self.links if self.mails else None,
            sessions=self.sessions,
            opening=OpenSession(
                logins=self.logins,
                authenticator=shared.authenticator,
                cookies=Cookies(secure=remote),
                visibility=shared.read_your_writes,
                log_ins=self._kernel.metrics.log_ins,
            ),
            github=self._kernel.options.github,
            github_logins=self.github_logins,
            sealed=self.sealed,
            tokens=self.tokens,
            site=BaseUrl(secure=remote),
            memberships=self.memberships,
            invitations=self.invitations,
            user_queries=self.user_queries,
            member_queries=self.member_queries,
            organisation_queries=self.organisation_queries,
        )
        return identity_routers(services, shared)
