"""Events of organisations, users and keys. Stored forever: never rename a tag."""

from datetime import datetime
from enum import Enum
from typing import TypeAlias

from domain.identity.plans import Plan
from domain.identity.roles import Role
from domain.identity.scopes import Scope
from domain.messages import Event
from domain.text import Personal, Public


class OrganisationCreated(Event, frozen=True, tag="organisation.created"):
    name: Personal
    plan: Plan


class PlanChanged(Event, frozen=True, tag="organisation.plan_changed"):
    plan: Plan


class MemberInvited(Event, frozen=True, tag="organisation.member_invited"):
    """An address was invited: a user logged in with it may join until ``expires_at``."""

    invitation_id: Public
    email: Personal
    role: Role
    expires_at: datetime


class InvitationWithdrawn(Event, frozen=True, tag="organisation.invitation_withdrawn"):
    invitation_id: Public


class InvitationAccepted(Event, frozen=True, tag="organisation.invitation_accepted"):
    invitation_id: Public
    user_id: Public


class MemberAdded(Event, frozen=True, tag="organisation.member_added"):
    user_id: Public
    role: Role


class MemberRoleChanged(Event, frozen=True, tag="organisation.member_role_changed"):
    user_id: Public
    role: Role


class MemberRemoved(Event, frozen=True, tag="organisation.member_removed"):
    user_id: Public


class LogInMethod(Enum):
    MAGIC_LINK = "magic_link"
    GITHUB = "github"


class UserRegistered(Event, frozen=True, tag="user.registered"):
    email: Personal


class UserLoggedIn(Event, frozen=True, tag="user.logged_in"):
    """A user logged in; ``session_id`` names the session, whose secret is only in its cookie."""

    session_id: Public
    method: LogInMethod


class UserLoggedOut(Event, frozen=True, tag="user.logged_out"):
    session_id: Public


class GitHubLinked(Event, frozen=True, tag="user.github_linked"):
    """A GitHub account was linked; ``github_id`` is its number there, which never changes."""

    github_id: Public


class UserSwitched(Event, frozen=True, tag="user.switched_organisation"):
    """A session switched organisations: ``session_id`` replaces the session ``ended``."""

    session_id: Public
    ended: Public
    organisation_id: Public


class KeyIssued(Event, frozen=True, tag="key.issued"):
    """A key was issued; only the HMAC of its text under a versioned pepper is stored.

    ``digest`` is hex, ``pepper`` the version of the pepper; ``last4`` helps people to tell keys
    apart. ``expires_at`` of ``None`` means never.
    """

    name: Personal
    scopes: tuple[Scope, ...]
    digest: Public
    pepper: int
    last4: Public
    expires_at: datetime | None = None


class KeyRotated(Event, frozen=True, tag="key.rotated"):
    """A key got another text; the digest ``ended`` of the old one is valid until ``ends_at``."""

    digest: Public
    pepper: int
    last4: Public
    ended: Public
    ends_at: datetime


class CredentialBound(Event, frozen=True, tag="key.credential_bound"):
    """A credential of an AI provider was bound to a key; its secret is stored outside the log.

    ``digest`` is the salted digest of the secret; ``last4`` helps people to tell secrets apart.
    """

    credential_id: Public
    provider: Public
    base_url: Personal
    model: Public
    digest: Public
    last4: Public


class CredentialRemoved(Event, frozen=True, tag="key.credential_removed"):
    """A credential was removed; its secret is erased in the same transaction."""

    credential_id: Public


class KeyRevoked(Event, frozen=True, tag="key.revoked"):
    pass


MembershipEvent: TypeAlias = (
    MemberInvited
    | InvitationWithdrawn
    | InvitationAccepted
    | MemberAdded
    | MemberRoleChanged
    | MemberRemoved
)
OrganisationEvent: TypeAlias = OrganisationCreated | PlanChanged | MembershipEvent
UserEvent: TypeAlias = UserRegistered | UserLoggedIn | UserLoggedOut | UserSwitched | GitHubLinked
KeyEvent: TypeAlias = KeyIssued | KeyRotated | KeyRevoked | CredentialBound | CredentialRemoved
IdentityEvent: TypeAlias = OrganisationEvent | UserEvent | KeyEvent
