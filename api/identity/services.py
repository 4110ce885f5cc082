"""What the routes of users, log-ins and organisations are built from."""

import msgspec

from api.http.base_url import Site
from api.identity.open_session import Opening
from application.identity.github import GitHub
from application.identity.github_logins import GitHubLogins
from application.identity.invitations import Invitations
from application.identity.login_links import LoginLinks
from application.identity.memberships import Memberships
from application.identity.secret_tokens import SealedTokens, Tokens
from application.identity.sessions import LoginSessions
from projections.identity.members import Members
from projections.identity.organisations import Organisations
from projections.identity.users import Users


class PeopleServices(msgspec.Struct, frozen=True, kw_only=True):
    """Users, log-ins and organisations; ``links`` are there where mail can be sent."""

    links: LoginLinks | None
    sessions: LoginSessions
    opening: Opening
    github: GitHub | None
    github_logins: GitHubLogins
    sealed: SealedTokens
    tokens: Tokens
    site: Site
    memberships: Memberships
    invitations: Invitations
    users: Users
    members: Members
    organisations: Organisations
