"""What the routes of users, log-ins, organisations and their keys are built from."""

import msgspec

from api.http.base_url import BaseUrl
from api.identity.open_session import OpenSession
from application.identity.api_keys import ApiKeys
from application.identity.github import GitHub
from application.identity.github_logins import GitHubLogins
from application.identity.invitations import Invitations
from application.identity.login_links import LoginLinks
from application.identity.memberships import Memberships
from application.identity.secret_tokens import SealedTokens, SecretTokens
from application.identity.sessions import LoginSessions
from application.llm.provider_credentials import Credentials
from projections.billing.ledgers import LedgerQueries
from projections.identity.api_keys import ApiKeyQueries
from projections.identity.members import MemberQueries
from projections.identity.organisations import OrganisationQueries
from projections.identity.users import UserQueries


class IdentityServices(msgspec.Struct, frozen=True, kw_only=True):
    """``links`` are there where mail can be sent, ``github`` where its OAuth app is known.

    ``credentials`` go with keys; ``balances`` are what the organisation has used of its plan.
    """

    api_keys: ApiKeys
    api_key_queries: ApiKeyQueries
    credentials: Credentials
    balances: LedgerQueries
    links: LoginLinks | None
    sessions: LoginSessions
    opening: OpenSession
    github: GitHub | None
    github_logins: GitHubLogins
    sealed: SealedTokens
    tokens: SecretTokens
    site: BaseUrl
    memberships: Memberships
    invitations: Invitations
    user_queries: UserQueries
    member_queries: MemberQueries
    organisation_queries: OrganisationQueries
