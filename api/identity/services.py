"""What the routes of users, log-ins and organisations are built from."""

import msgspec

from api.http.base_url import BaseUrl
from api.identity.open_session import OpenSession
from application.identity.github import GitHub
from application.identity.github_logins import GitHubLogins
from application.identity.invitations import Invitations
from application.identity.login_links import LoginLinks
from application.identity.memberships import Memberships
from application.identity.secret_tokens import SealedTokens, SecretTokens
from application.identity.sessions import LoginSessions
from projections.identity.members import MemberQueries
from projections.identity.organisations import OrganisationQueries
from projections.identity.users import UserQueries


class IdentityServices(msgspec.Struct, frozen=True, kw_only=True):
    """Users, log-ins and organisations; ``links`` are there where mail can be sent."""

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
    users: UserQueries
    members: MemberQueries
    organisations: OrganisationQueries
